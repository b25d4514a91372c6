import { NodeApiError, NodeOperationError, type IRun } from 'n8n-workflow';

import { systemClock } from '../../ilink/clock';
import { bots } from '../../nodes/WeChat/shared/bots';
import { readCredential } from '../../nodes/WeChat/shared/credential';
import { FakeClock } from '../support/fake-clock';
import { eventually, nextTurn } from './harness/eventually';
import { GATE, gate, START } from './harness/nodeTypes';
import { Stage, type Person } from './harness/stage';

let stage: Stage;
let owner: Person;
let clock: FakeClock;
/** What the phones showed, change by change. */
const changes: string[] = [];

beforeAll(async () => {
  stage = await Stage.open();
  stage.server.world.events.on('typing', ({ user_id, typing }) => changes.push(`${user_id} ${typing}`));
});
beforeEach(async () => {
  clock = new FakeClock(Date.now());
  jest.spyOn(systemClock, 'now').mockImplementation(() => clock.now());
  jest.spyOn(systemClock, 'after').mockImplementation((delayMs, callback) => clock.after(delayMs, callback));
  owner = await stage.owner();
});
afterEach(() => {
  gate.clear();
  jest.restoreAllMocks();
});
afterAll(() => stage.close());

const STEP_MS = 250;
const TURNS_PER_STEP = 10;
const statuses = (person = owner): unknown[] =>
  stage.server
    .requests('sendtyping')
    .filter(({ bot_id }) => bot_id === person.botId)
    .map(({ body }) => (body as { status: unknown }).status);
const changesOf = ({ id }: Person): string[] =>
  changes.filter((change) => change.startsWith(`${id} `)).map((change) => change.split(' ')[1]!);
/** For how many users this n8n keeps typing alive. */
const kept = (person = owner): number => {
  const { bot, release } = bots.retain(readCredential(stage.n8n.credentials.stored.get(person.credential)!));
  release();
  return bot.typing.kept;
};

/** Lets time pass on both sides, and what is on its way arrive. */
async function pass(ms: number): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= STEP_MS) {
    await clock.advance(Math.min(leftMs, STEP_MS));
    for (let turn = 0; turn < TURNS_PER_STEP; turn++) await nextTurn();
    await eventually(() => stage.server.requests('sendtyping').every(({ outcome }) => outcome !== 'pending'));
    stage.server.clock.advance(Math.min(leftMs, STEP_MS));
  }
}

const NOTHING = [{ json: {} }];

describe('Typing', () => {
  test('Start shows it on the phone, and Stop takes it away', async () => {
    const [started] = await stage.n8n.execute(owner.typing('start'), NOTHING);
    expect(owner.seesTyping).toBe(true);
    const endsBy = new Date(clock.now() + 120_000).toISOString();
    expect(started).toEqual({
      json: { typing: true, to_user_id: owner.id, keepAlive: true, endsBy },
      pairedItem: { item: 0 },
    });

    const [stopped] = await stage.n8n.execute(owner.typing('stop'), NOTHING);
    expect(owner.seesTyping).toBe(false);
    expect(stopped).toEqual({ json: { typing: false, to_user_id: owner.id }, pairedItem: { item: 0 } });
  });

  test('it is shown to the sender of the incoming message', async () => {
    const friend = owner.friend();
    const { context_token } = await friend.writes('hi');
    await stage.n8n.execute(owner.typing('start'), [{ json: { from_user_id: friend.id, context_token } }]);
    expect([friend.seesTyping, owner.seesTyping]).toEqual([true, false]);
    expect(stage.server.requests('getconfig').at(-1)!.body).toMatchObject({ context_token });
  });

  test('one ticket serves several calls', async () => {
    const tickets = (): number =>
      stage.server.requests('getconfig').filter(({ bot_id }) => bot_id === owner.botId).length;
    await stage.n8n.execute(owner.typing('start'), NOTHING);
    await stage.n8n.execute(owner.typing('start'), NOTHING);
    await stage.n8n.execute(owner.typing('stop'), NOTHING);
    expect(tickets()).toBe(1);
  });

  test('a ticket that has expired on the server is replaced, and the call is not lost', async () => {
    await stage.n8n.execute(owner.typing('start', { options: { keepAlive: false } }), NOTHING);
    stage.server.clock.advance(stage.server.settings.ticketTtlMs);
    expect(owner.seesTyping).toBe(false);
    await stage.n8n.execute(owner.typing('start'), NOTHING);
    expect(owner.seesTyping).toBe(true);
  });

  test('it works while the quota is used up: typing is no message', async () => {
    const silenced = stage.newOwner();
    stage.server.settingsFor({ bot_id: silenced.botId }, { quota: 0 });
    await silenced.writes('hello');
    await stage.n8n.execute(silenced.typing('start'), NOTHING);
    expect(silenced.seesTyping).toBe(true);
  });

  test('a recipient whom the server does not know is an error that says so', async () => {
    const starting = stage.n8n.execute(owner.typing('start', { to: owner.id.toUpperCase() }), NOTHING);
    await expect(starting).rejects.toBeInstanceOf(NodeApiError);
    await expect(starting).rejects.toMatchObject({
      context: { itemIndex: 0 },
      description: expect.stringContaining('invalid ilink_user_id'),
    });
  });
});

/** The text by which the {@link gate} knows the executions here: after Typing → Start an item has none. */
const STANDING = 'undefined';
const standing = (count = 1): Promise<void> => eventually(() => gate.arrived.length === count);

/** An execution that starts typing and then works until the test opens the gate. */
async function working(
  options: Record<string, unknown> = {},
  more: Parameters<typeof stage.n8n.run>[0] = [],
): Promise<[Promise<IRun>]> {
  const start = { ...owner.typing('start', { options } as never), name: 'Show' };
  const nodes = [{ name: 'Start', type: START }, start, ...more, { name: 'Gate', type: GATE }];
  const run = stage.n8n.run(nodes, NOTHING);
  await standing();
  return [run];
}

describe('Typing that is kept alive', () => {
  test('is on the phone without a gap until the execution ends', async () => {
    const [run] = await working();
    for (let second = 0; second < 20; second++) {
      await pass(1_000);
      expect(owner.seesTyping).toBe(true);
    }
    expect(statuses()).toEqual([1, 1, 1, 1, 1, 1]);
    gate.open(STANDING);
    expect((await run).status).toBe('success');
    await eventually(() => !owner.seesTyping);
    expect(changesOf(owner)).toEqual(['true', 'false']);
    expect(kept()).toBe(0);
  });

  test('is over when the execution fails', async () => {
    const [run] = await working();
    gate.open(STANDING, new Error('the model is overloaded'));
    expect((await run).status).toBe('error');
    await eventually(() => !owner.seesTyping);
    expect([kept(), statuses()]).toEqual([0, [1, 2]]);
  });

  test('is over when the execution is cancelled', async () => {
    const execution = new AbortController();
    await stage.n8n.execute(owner.typing('start'), NOTHING, execution.signal);
    expect([kept(), owner.seesTyping]).toEqual([1, true]);
    execution.abort();
    await eventually(() => !owner.seesTyping);
    expect([kept(), statuses()]).toEqual([0, [1, 2]]);
  });

  test('is over when a message to the user was sent, while the execution goes on', async () => {
    const [run] = await working({}, [owner.sendText({ text: 'the answer' })]);
    expect(owner.texts).toEqual(['the answer']);
    await eventually(() => !owner.seesTyping);
    await pass(20_000);
    expect([kept(), statuses()]).toEqual([0, [1, 2]]);
    gate.open(STANDING);
    await run;
  });

  test('is over when another execution sent the message', async () => {
    const [run] = await working();
    await stage.n8n.execute(owner.sendText({ text: 'the answer' }), NOTHING);
    await eventually(() => !owner.seesTyping);
    expect(kept()).toBe(0);
    gate.open(STANDING);
    await run;
  });

  test('goes on while another execution still works for the same user', async () => {
    const [run] = await working();
    await stage.n8n.run([{ name: 'Start', type: START }, owner.typing('start')], NOTHING);
    await pass(10_000);
    expect([kept(), owner.seesTyping, changesOf(owner)]).toEqual([1, true, ['true']]);
    gate.open(STANDING);
    await eventually(() => !owner.seesTyping);
    await run;
    expect(kept()).toBe(0);
  });

  test('ends at its limit in an n8n that does not tell the end of an execution', async () => {
    await stage.n8n.execute(owner.typing('start', { options: { maxDuration: 10 } }), NOTHING);
    await pass(9_750);
    expect(owner.seesTyping).toBe(true);
    await pass(500);
    await eventually(() => !owner.seesTyping);
    expect([kept(), statuses()]).toEqual([0, [1, 1, 1, 2]]);
  });

  test('keeps its bot, and gives it back', async () => {
    await stage.n8n.execute(owner.typing('start', { options: { maxDuration: 300 } }), NOTHING);
    await pass(200_000);
    expect([kept(), owner.seesTyping]).toEqual([1, true]);
    await pass(100_000);
    const size = bots.size;
    await pass(121_000);
    expect(bots.size).toBeLessThan(size);
  });

  test('is shown for five seconds where the option is off', async () => {
    const options = { keepAlive: false };
    const [item] = await stage.n8n.execute(owner.typing('start', { options }), NOTHING);
    expect(item!.json).toEqual({ typing: true, to_user_id: owner.id, keepAlive: false });
    expect(owner.seesTyping).toBe(true);
    await pass(5_000);
    expect([owner.seesTyping, kept(), statuses()]).toEqual([false, 0, [1]]);
  });

  test.each([0, -1, 3_601, 'soon', '', [], true])('refuses %j as its duration', async (maxDuration) => {
    const starting = stage.n8n.execute(owner.typing('start', { options: { maxDuration } } as never), NOTHING);
    await expect(starting).rejects.toBeInstanceOf(NodeOperationError);
    await expect(starting).rejects.toThrow(
      /^"Max Duration \(Seconds\)" is .* and has to be a number from 1 to 3600$/,
    );
    expect(statuses()).toEqual([]);
  });

  test('leaves nothing behind when it could not be shown', async () => {
    const starting = stage.n8n.execute(owner.typing('start', { to: owner.id.toUpperCase() }), NOTHING);
    await expect(starting).rejects.toThrow();
    expect(kept()).toBe(0);
  });
});

describe('Show Typing While the Workflow Runs', () => {
  const ON = { options: { showTyping: true } };
  beforeEach(() => {
    owner = stage.newOwner();
  });
  const listening = (): Promise<void> => eventually(() => stage.server.polls(owner.botId) === 1);

  test('is on the phone from the message until its execution ends', async () => {
    const active = await stage.n8n.activate([owner.trigger(ON), { name: 'Gate', type: GATE }]);
    await listening();
    const { context_token } = await owner.writes('think');
    await eventually(() => owner.seesTyping);
    expect(stage.server.requests('getconfig').at(-1)!.body).toMatchObject({ context_token });
    await pass(20_000);
    expect(changesOf(owner)).toEqual(['true']);
    gate.open('think');
    await eventually(() => !owner.seesTyping);
    expect([kept(), statuses()]).toEqual([0, [1, 1, 1, 1, 1, 1, 2]]);
    await active.deactivate();
  });

  test('ends with the answer', async () => {
    const nodes = [
      owner.trigger(ON),
      { name: 'Think', type: GATE },
      owner.sendText({ text: 'yes' }),
      { name: 'Tidy Up', type: GATE },
    ];
    const active = await stage.n8n.activate(nodes);
    await listening();
    await owner.writes('think');
    await eventually(() => owner.seesTyping);
    gate.open('think');
    await standing(2);
    await eventually(() => !owner.seesTyping);
    expect([owner.texts, kept()]).toEqual([['yes'], 0]);
    gate.clear();
    await active.deactivate();
  });

  test('is shown for a test in the editor, too, and outlives the listening', async () => {
    const { run } = stage.n8n.testWorkflow([owner.trigger(ON), { name: 'Gate', type: GATE }]);
    await listening();
    await owner.writes('try it');
    await eventually(() => owner.seesTyping);
    await pass(10_000);
    expect(changesOf(owner)).toEqual(['true']);
    gate.open('try it');
    await run;
    await eventually(() => !owner.seesTyping);
    expect(kept()).toBe(0);
  });

  test('never holds up a message, and its failure is said once', async () => {
    stage.server.faults.add({ endpoint: 'getconfig', ret: -13, times: 3 });
    const active = await stage.n8n.activate([owner.trigger(ON), { name: 'Gate', type: GATE }]);
    await listening();
    const said = (): string[] =>
      stage.n8n.logs.at('warn').filter((line) => line.includes('could not be shown'));
    for (const [index, text] of ['a', 'b', 'c'].entries()) {
      await owner.writes(text);
      await standing(index + 1);
      await eventually(() => stage.server.faults.pending()[0]?.times === (index < 2 ? 2 - index : undefined));
    }
    await pass(1_000);
    expect(said()).toHaveLength(1);
    gate.clear();
    await active.deactivate();
  });

  test('is not shown unless somebody switches it on', async () => {
    const active = await stage.n8n.activate([owner.trigger()]);
    await listening();
    await owner.writes('quiet');
    await eventually(() => active.log.items.length === 1);
    await pass(1_000);
    expect(statuses()).toEqual([]);
    await active.deactivate();
  });
});
