import { join } from 'node:path';

import type { BotCredential } from '../../ilink/credential';
import type { ReceiverState } from '../../bot/receive/receiver';
import { BotRegistry } from '../../bot/registry';
import { noteSave } from '../../nodes/WeChat/login/accounts';
import { readCredential } from '../../nodes/WeChat/shared/credential';
import { Listening } from '../../nodes/WeChat/trigger/listen';
import { readSettings } from '../../nodes/WeChat/trigger/settings';
import { SqliteStore } from '../../store/sqlite/sqlite-store';
import { FakeClock } from '../support/fake-clock';
import { removeTempFolders, tempFolder } from '../support/temp-folder';
import { eventually, nextTurn } from './harness/eventually';
import { Stage, type Person } from './harness/stage';

const LONG_MS = 60_000;
const STEP_MS = 10_000;

let stage: Stage;
let owner: Person;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(() => {
  owner = stage.newOwner();
});
afterEach(() => stage.server.faults.clear());
afterAll(() => stage.close());
afterAll(removeTempFolders);

const polls = (): number => stage.server.polls(owner.botId);
const pollRequests = (): number => stage.server.requests('getupdates').length;
const credentialOf = (person: Person) => stage.n8n.credentials.stored.get(person.credential)!;

/** A trigger whose time the test moves. */
async function listenWithClock(person: Person) {
  const clock = new FakeClock();
  const { context, log } = stage.n8n.triggerContext([person.trigger()]);
  const registry = new BotRegistry({
    clock,
    openStore: () => SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), clock.now(), () => undefined),
    keep: { days: 7, messages: 1_000 },
    report: () => undefined,
  });
  const listening = new Listening(context, readSettings(context), { bots: registry, clock });
  const credential = readCredential(await context.getCredentials('weChatBotApi'));
  listening.start(credential);

  return { clock, log, listening, registry, credential };
}

/** Somebody else who listens to the same bot, so that a test can see what its receiver is at. */
async function watch(registry: BotRegistry, credential: BotCredential) {
  const states: ReceiverState[] = [];
  const { bot, release } = registry.retain(credential);
  const endListening = bot.receiver.listen({
    onArrival: () => undefined,
    onHealth: ({ state }) => states.push(state),
  });
  const end = async (): Promise<void> => {
    await endListening();
    release();
  };
  /** Waits for the next change to this state, and until the receiver has begun its pause. */
  const happens = async (state: ReceiverState): Promise<void> => {
    await eventually(() => states.splice(0, states.indexOf(state) + 1).length > 0);
    await nextTurn();
  };
  return { happens, end };
}

/** Lets time go by for both sides, poll after poll, until it is so. @returns how many minutes that took */
async function minutesUntil(clock: FakeClock, condition: () => boolean): Promise<number> {
  for (let steps = 0; steps <= 120; steps++) {
    if (condition()) return (steps * STEP_MS) / 60_000;
    stage.server.clock.advance(STEP_MS);
    await clock.advance(STEP_MS);
    await eventually(() => polls() === 1);
  }
  throw new Error('Not within twenty minutes');
}

describe('A token that has become stale', () => {
  test('is one failed execution that says to log in again, however often it is tried', async () => {
    const { clock, log, listening, registry, credential } = await listenWithClock(owner);
    const { happens, end } = await watch(registry, credential);
    await eventually(() => polls() === 1);
    stage.server.revoke(owner.botId);
    await eventually(() => log.failedExecutions.length === 1);
    expect(log.failedExecutions[0]).toMatchObject({
      name: 'NodeApiError',
      message: 'WeChat no longer accepts the bot token. Log in again',
      description: expect.stringContaining('put the new bot token into the credential'),
    });

    await happens('login_needed');
    stage.server.faults.add({ endpoint: 'getupdates', status: 503 });
    await clock.advance(LONG_MS);
    await happens('retrying');
    await clock.advance(LONG_MS);
    await happens('login_needed');
    await clock.advance(LONG_MS);
    expect(log.failedExecutions).toHaveLength(1);
    expect(log.fatal).toEqual([]);
    await end();
    await listening.close();
  });

  test('is tried rarely: no more than twice a minute', async () => {
    const { clock, log, listening } = await listenWithClock(owner);
    stage.server.revoke(owner.botId);
    await eventually(() => log.failedExecutions.length === 1);
    const before = pollRequests();
    await clock.advance(25_000);
    expect(pollRequests()).toBe(before);
    await listening.close();
  });

  test('is replaced by the new one as soon as somebody has put that into the credential', async () => {
    const { clock, log, listening } = await listenWithClock(owner);
    await eventually(() => polls() === 1);
    // A new login of the same person ends the old token.
    const login = stage.server.bind({ user_id: owner.id });
    await eventually(() => log.failedExecutions.length === 1);

    stage.n8n.credentials.stored.set(owner.credential, stage.credentialOf(login));
    await clock.advance(10_000);
    await eventually(() => stage.server.polls(login.ilink_bot_id) === 1);
    await stage.server.write({ bot_id: login.ilink_bot_id, user_id: owner.id, text: 'I am back' });
    await eventually(() => log.items.length === 1);
    expect(log.items[0]).toMatchObject({ text: 'I am back', to_user_id: login.ilink_bot_id });
    // That it works again is an execution, too, which ends at the trigger.
    const outputs = log.emits.map(({ data }) => data.map((items) => items.length).join());
    expect(outputs.sort()).toEqual(['0,1', '1']);

    stage.server.revoke(login.ilink_bot_id);
    await eventually(() => log.failedExecutions.length === 2);
    await listening.close();
  });

  test('is replaced within ten seconds by the one that a login of ours has written, also while it still works', async () => {
    const { clock, listening, registry } = await listenWithClock(owner);
    await eventually(() => polls() === 1);
    await clock.advance(STEP_MS);
    const { store } = await registry.memory();
    const other = stage.newOwner();
    stage.n8n.credentials.stored.set(owner.credential, credentialOf(other));
    await noteSave(store, owner.credential);
    await clock.advance(STEP_MS);
    await eventually(() => stage.server.polls(other.botId) === 1 && polls() === 0);
    await listening.close();
  });

  test('a credential that is half typed or gone changes nothing, and is looked at again', async () => {
    const { clock, log, listening } = await listenWithClock(owner);
    await eventually(() => polls() === 1);
    const good = credentialOf(owner);
    const reads = stage.n8n.credentials.reads;

    stage.n8n.credentials.stored.set(owner.credential, { ...good, botToken: '' });
    expect(await minutesUntil(clock, () => stage.n8n.credentials.reads > reads)).toBeLessThanOrEqual(15);
    stage.n8n.credentials.stored.delete(owner.credential);
    await eventually(() => clock.pending >= 2);
    await clock.advance(10_000);
    await eventually(() => stage.n8n.credentials.reads > reads + 1);

    await owner.writes('still here');
    await eventually(() => log.emits.length === 1);
    await listening.close();
    await eventually(() => polls() === 0);
  });

  test('an edited address moves the poll there while all is well, and closing ends the checks, too', async () => {
    const { clock, listening, registry, credential } = await listenWithClock(owner);
    await eventually(() => polls() === 1);
    const address = `${stage.server.apiUrl}/`.replace('127.0.0.1', 'localhost');
    const { client } = registry.retain(credential).bot;
    credentialOf(owner).apiBaseUrl = address;
    const minutes = await minutesUntil(clock, () => client.current.apiBaseUrl.includes('localhost'));
    expect(minutes).toBeGreaterThanOrEqual(5);
    expect(minutes).toBeLessThanOrEqual(15);
    await eventually(() => polls() === 1);
    await listening.close();
    await eventually(() => polls() === 0);
    const reads = stage.n8n.credentials.reads;
    await clock.advance(LONG_MS);
    expect(stage.n8n.credentials.reads).toBe(reads);
  });
});
