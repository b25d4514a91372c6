import { join } from 'node:path';

import { Mailbox } from '../../emulator/mailbox';
import { removeTempFolders, tempFolder } from '../support/temp-folder';
import type { ChildTask } from './harness/child';
import { bundleChild, Child } from './harness/children';
import { eventually } from './harness/eventually';
import { GATE, gate } from './harness/nodeTypes';
import { TestProcess, type Heard } from './harness/process';
import { Stage, type Person } from './harness/stage';

/** A process that says nothing any more is given up after this, and the other one looks twice a second. */
const TAKE_OVER_MS = 6_000 + 500;

/** A process starts in a tenth of a second, unless the machine is busy with other tests. */
const BOOT_LIMIT_MS = 12_000;

/** Longer than messages are kept for a workflow that was switched off. */
const SLEEP_MS = 240_000;

let stage: Stage;
let owner: Person;
/** The most polls that were held for one bot at the same time. */
let mostPolls = 0;

beforeAll(async () => {
  stage = await Stage.open();
  const { poll } = Mailbox.prototype;
  jest.spyOn(Mailbox.prototype, 'poll').mockImplementation(function (this: Mailbox, ...args) {
    const held = poll.apply(this, args);
    mostPolls = Math.max(mostPolls, this.polls);
    return held;
  });
});
beforeEach(() => {
  owner = stage.newOwner();
  mostPolls = 0;
});
afterEach(() => expect(mostPolls).toBe(1));
afterAll(() => stage.close());
afterAll(() => jest.restoreAllMocks());
afterAll(removeTempFolders);

const polls = (): number => stage.server.polls(owner.botId);

describe('Two processes on one store', () => {
  let first: TestProcess;
  let second: TestProcess;
  let one: Heard;
  let two: Heard;
  const both = (condition: () => boolean): Promise<void> => first.until(condition, [second]);

  beforeEach(async () => {
    first = new TestProcess(stage);
    one = await first.listen(owner, { statusItems: true });
    await eventually(() => polls() === 1);
    second = new TestProcess(stage, first);
    two = await second.listen(owner, { statusItems: true });
    await both(() => two.states.includes('standby'));
  });
  afterEach(async () => {
    await first.stop().catch(() => undefined);
    await second.stop();
  });

  test('poll once, and each workflow has every message once, in whichever process it is', async () => {
    const texts = ['a', 'b', 'c', 'd'];
    for (const text of texts) {
      await owner.writes(text);
      await both(() => one.texts.includes(text) && two.texts.includes(text) && polls() === 1);
    }
    for (let minute = 0; minute < 240; minute++) {
      for (const { clock } of [first, second]) await clock.advance(250);
    }
    expect([one.texts, two.texts]).toEqual([texts, texts]);
    expect(two.states).toEqual(['standby']);
    expect(two.statuses[0]).toMatchObject({
      needsPerson: false,
      message: 'Another process of this n8n receives the messages',
    });
    expect([...one.log.duplicates, ...two.log.duplicates]).toEqual([]);
  });

  test('change places at once when the one that polls ends, and nothing is lost or repeated', async () => {
    await owner.writes('a');
    await both(() => two.texts.length === 1 && polls() === 1);
    await first.stop();
    await eventually(() => polls() === 0);
    await owner.writes('b');
    const since = second.clock.now();
    await second.until(() => two.texts.length === 2);
    expect(second.clock.now() - since).toBeLessThanOrEqual(500);
    expect([one.texts, two.texts]).toEqual([['a'], ['a', 'b']]);
    expect(two.states).toEqual(['standby', 'connected']);
  });

  test('change places within seconds when it dies; what waits for its workflow is handed over when that is back', async () => {
    await owner.writes('a');
    await both(() => one.texts.length === 1 && two.texts.length === 1 && polls() === 1);
    await first.die();
    await eventually(() => polls() === 0);
    await owner.writes('b');
    const since = second.clock.now();
    await second.until(() => two.texts.length === 2);
    expect(second.clock.now() - since).toBeLessThanOrEqual(TAKE_OVER_MS);

    const third = new TestProcess(stage, second);
    const back = await one.again(third);
    await third.until(() => one.texts.length === 2, [second]);
    await second.until(() => polls() === 1, [third]);
    expect([one.texts, two.texts]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    await back.listening.close();
  });

  test('a test in the editor of the one that does not poll sees new messages and takes none away', async () => {
    await owner.writes('before the test');
    await both(() => two.texts.length === 1 && polls() === 1);
    const watched = await second.listen(owner, {}, { manual: true });
    await owner.writes('seen');
    await both(() => watched.texts.length === 1 && two.texts.length === 2 && one.texts.length === 2);
    expect(watched.texts).toEqual(['seen']);
    await watched.listening.close();
  });

  test.each(['taken', 'finished'])(
    'with the same workflow for a moment, as at a change of leader: each message is handed over in one of them only (%s)',
    async (acknowledge) => {
      const workflow = await first.listen(owner, { acknowledge }, { after: [{ name: 'Gate', type: GATE }] });
      const copy = await workflow.again(second);
      const texts = ['a', 'b', 'c'];
      for (const text of texts) await owner.writes(text);
      await both(() => texts.every((text) => workflow.texts.includes(text)));
      // The executions run on meanwhile, so the messages do not count as handed over yet.
      const since = first.clock.now();
      await both(() => first.clock.now() - since > TAKE_OVER_MS);
      expect(workflow.texts).toEqual(texts);
      expect(workflow.log.duplicates).toEqual([]);
      for (const text of texts) gate.open(text);
      await both(() => first.clock.now() - since > 2 * TAKE_OVER_MS);
      expect(workflow.texts).toEqual(texts);
      await copy.listening.close();
    },
  );

  test('with the same workflow for a moment: the new leader goes on to get everything when the old one steps down after it', async () => {
    const workflow = await first.listen(owner);
    const copy = await workflow.again(second);
    await workflow.listening.close();
    const since = first.clock.now();
    await both(() => first.clock.now() - since > SLEEP_MS && polls() === 1);
    await owner.writes('a');
    await both(() => copy.texts.length === 1);
    expect(copy.texts).toEqual(['a']);
    await copy.listening.close();
  });
});

describe('Real processes on one store', () => {
  let script: string;
  let store: string;
  const children: Child[] = [];
  const start = (workflow: string, mode: ChildTask['mode'] = 'trigger'): Child => {
    const credential = stage.n8n.credentials.stored.get(owner.credential)!;
    const child = Child.start(script, { store, workflow, mode, credential });
    children.push(child);
    return child;
  };

  /** What one workflow executed, in processes one after another: n8n drops what it has under the same key already. */
  function executed(...processes: Child[]): string[] {
    const byKey = new Map(
      processes.flatMap(({ emits }) => emits.map(({ key, text }) => [key, text] as const)),
    );
    return [...byKey.values()];
  }

  /** Kills it, and waits until the server knows: what it puts into the answer to a dead poll is lost for everybody. */
  async function kill(child: Child): Promise<void> {
    const poll = stage.server.requests('getupdates').at(-1)!;
    await child.kill();
    if (child.states.at(-1) !== 'standby') await eventually(() => poll.outcome !== 'pending');
  }

  beforeAll(() => {
    script = bundleChild();
  });
  beforeEach(() => {
    store = join(tempFolder(), 'wechat.sqlite');
  });
  afterEach(() => Promise.all(children.splice(0).map((child) => child.kill())));

  test('share the work, and when the one that polls is killed, the other takes over at once', async () => {
    const first = start('one');
    await eventually(() => polls() === 1, BOOT_LIMIT_MS);
    const [second, test] = [start('two'), start('test', 'manual')];
    await eventually(() => [second, test].every(({ states }) => states.includes('standby')), BOOT_LIMIT_MS);
    for (const text of ['a', 'b', 'c']) {
      await owner.writes(text);
      await eventually(
        () => [first, second, test].every(({ texts }) => texts.includes(text)) && polls() === 1,
      );
    }
    await kill(first);
    const startedAt = performance.now();
    await owner.writes('d');
    await eventually(() => [second, test].every(({ texts }) => texts.includes('d')));
    // Its pid is free, so its time is not waited for, which would take 6 s.
    expect(performance.now() - startedAt).toBeLessThan(4_000);

    const again = start('one');
    await eventually(() => again.texts.includes('d') && polls() === 1, BOOT_LIMIT_MS);
    expect(executed(first, again)).toEqual(['a', 'b', 'c', 'd']);
    for (const { texts } of [second, test]) expect(texts).toEqual(['a', 'b', 'c', 'd']);
    expect([first, second, test, again].flatMap(({ reports }) => reports)).toEqual([]);
  });

  test('one that stood still while it polled keeps the answer that it finds, and gives way to the one that took over', async () => {
    const first = start('one');
    await eventually(() => polls() === 1, BOOT_LIMIT_MS);
    const second = start('two');
    await eventually(() => second.states.includes('standby'), BOOT_LIMIT_MS);
    first.suspend();
    // Into the poll of the one that stands still.
    await owner.writes('a');
    // Its process lives, so it is given up when its time is over.
    await eventually(
      () => second.states.includes('connecting') && polls() === 1,
      TAKE_OVER_MS + BOOT_LIMIT_MS,
    );
    await owner.writes('b');
    await eventually(() => second.texts.includes('b') && polls() === 1);
    first.resume();
    await eventually(() => first.states.includes('standby'));
    await owner.writes('c');
    const everything = (child: Child): boolean => ['a', 'b', 'c'].every((text) => child.texts.includes(text));
    await eventually(() => everything(first) && everything(second));
    for (const { texts } of [first, second]) expect([...texts].sort()).toEqual(['a', 'b', 'c']);
  });

  test('killed over and over in turn, lose nothing and repeat nothing', async () => {
    const texts: string[] = [];
    const started: [Child[], Child[]] = [[start('one')], [start('two')]];
    const alive = (): Child[] => started.map((list) => list.at(-1)!);
    // Who has a state has said before that it wants the messages.
    const ready = (): boolean => alive().every(({ states }) => states.length > 0) && polls() === 1;
    for (let round = 0; round < 6; round++) {
      await eventually(ready, BOOT_LIMIT_MS);
      const text = `message ${round}`;
      texts.push(text);
      await owner.writes(text);
      await eventually(() => alive().every((child) => child.texts.includes(text)) && polls() === 1);
      const side = (round % 2) as 0 | 1;
      await kill(started[side].at(-1)!);
      started[side].push(start(side === 0 ? 'one' : 'two'));
    }
    for (const children of started) expect(executed(...children)).toEqual(texts);
  });

  describe('that send', () => {
    const lines = (): string[] => owner.texts.flatMap((text = '') => text.split('\n\n'));
    const startAll = async (...modes: Array<ChildTask['mode']>): Promise<Child[]> => {
      const started = modes.map((mode, i) => start(`${mode} ${i}`, mode));
      await eventually(() => started.every(({ ready }) => ready), BOOT_LIMIT_MS);
      return started;
    };
    const send = async (child: Child, ...texts: string[]): Promise<string[]> => {
      const before = child.sent.length;
      texts.forEach((text) => child.send({ to: owner.id, text }));
      await eventually(() => child.sent.length === before + texts.length, BOOT_LIMIT_MS);
      return child.sent.slice(before).map(({ outcome }) => outcome);
    };
    const series = (name: string): string[] => Array.from({ length: 10 }, (_, i) => `${name}${i}`);
    const refusals = () => stage.server.dropped.filter(({ endpoint }) => endpoint === 'sendmessage').length;

    test('share one quota, and what they queue goes out over the one that polls', async () => {
      const [trigger, one, two] = (await startAll('trigger', 'send', 'send')) as [Child, Child, Child];
      await owner.writes('hello');
      await eventually(() => trigger.texts.length === 1 && polls() === 1);
      const before = refusals();
      const outcomes = (await Promise.all([send(one, ...series('a')), send(two, ...series('b'))])).flat();
      expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(10);
      expect(outcomes.filter((outcome) => outcome === 'queued')).toHaveLength(10);
      expect(owner.texts).toHaveLength(10);
      // The counts were right: nobody asked for an eleventh.
      expect(refusals()).toBe(before);

      await owner.writes('go on');
      await eventually(() => lines().length === 20);
      expect(owner.texts).toHaveLength(11);
      for (const name of ['a', 'b'])
        expect(lines().filter((line) => line.startsWith(name))).toEqual(series(name));
      expect([trigger, one, two].flatMap(({ reports }) => reports)).toEqual([]);
    });

    test('and are killed with a full outbox, lose nothing of it, and the next one sends it in order', async () => {
      const [first] = (await startAll('send')) as [Child];
      await owner.writes('hello');
      await send(first, ...series('a'));
      expect(await send(first, 'b0', 'b1')).toEqual(['queued', 'queued']);
      await eventually(() => polls() === 1);
      await kill(first);
      await owner.writes('go on');
      const [second] = (await startAll('send')) as [Child];
      await send(second, 'c');
      await eventually(() => lines().length === 13);
      expect(lines()).toEqual([...series('a'), 'b0', 'b1', 'c']);
    });

    test('and are killed with a full outbox, leave it to a trigger that starts later', async () => {
      const [first] = (await startAll('send')) as [Child];
      await owner.writes('hello');
      await send(first, ...series('a'), 'b');
      await eventually(() => polls() === 1);
      await kill(first);
      const [trigger] = (await startAll('trigger')) as [Child];
      await eventually(() => polls() === 1, BOOT_LIMIT_MS);
      expect(lines()).toHaveLength(10);
      await owner.writes('go on');
      await eventually(() => lines().length === 11);
      expect(lines().at(-1)).toBe('b');
      // What the sender had fetched was kept for it.
      await eventually(() => trigger.texts.length === 2);
      expect(trigger.texts).toEqual(['hello', 'go on']);
    });
  });
});
