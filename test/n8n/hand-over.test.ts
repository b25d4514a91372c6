import type { IDataObject } from 'n8n-workflow';

import type * as handOver from '../../nodes/WeChat/trigger/handOver';
import { readSettings } from '../../nodes/WeChat/trigger/settings';
import { removeTempFolders } from '../support/temp-folder';
import { eventually } from './harness/eventually';
import { GATE, gate } from './harness/nodeTypes';
import { TestProcess, type Heard } from './harness/process';
import { Stage, type Person } from './harness/stage';

const HOLD_MS = 35_000;
const slowly = { after: [{ name: 'Gate', type: GATE }] };

let stage: Stage;
let owner: Person;
let n8n: TestProcess;

beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(() => {
  owner = stage.newOwner();
  n8n = new TestProcess(stage);
});
afterEach(async () => {
  await n8n.stop();
  gate.clear();
});
afterAll(() => stage.close());
afterAll(removeTempFolders);

const polls = (): number => stage.server.polls(owner.botId);
const polling = (): Promise<void> => eventually(() => polls() === 1);
const listen = async (
  options: IDataObject,
  more: Parameters<TestProcess['listen']>[2] = slowly,
): Promise<Heard> => {
  const heard = await n8n.listen(owner, options, more);
  await polling();
  return heard;
};
const arrived = (...texts: string[]): Promise<void> => eventually(() => `${gate.arrived}` === `${texts}`);
/** How many messages still wait to be handed over to this workflow. */
const waiting = async (heard: Heard, process = n8n): Promise<number> => {
  const subscriber = `${heard.context.getWorkflow().id}:${heard.context.getNode().id}`;
  return (await process.store!.inbox.pending(subscriber, 0)).length;
};
const nothingWaits = async (heard: Heard, process = n8n): Promise<void> => {
  let left = 1;
  await eventually(() => {
    void waiting(heard, process).then((count) => (left = count));
    return left === 0;
  });
};
/** Nobody writes for so long: hold after hold ends. */
async function quiet(forMs: number, process = n8n): Promise<void> {
  for (let leftMs = forMs; leftMs > 0; leftMs -= HOLD_MS) {
    await polling();
    const before = stage.server.requests('getupdates').length;
    await process.clock.advance(Math.min(leftMs, HOLD_MS));
    stage.server.clock.advance(HOLD_MS);
    await eventually(() => stage.server.requests('getupdates').length > before);
  }
  await polling();
}

/** An n8n from before deduplication keys: every emit makes an execution. */
function forgetKeys({ context }: Heard): void {
  const { emit } = context;
  const keyless: typeof emit = (data, response, done) => emit(data, response, done);
  Object.assign(context, { emit: keyless });
}

const failure = new Error('the model is overloaded');

describe('Acknowledge', () => {
  test('when n8n has taken the message: one execution, however it ends', async () => {
    const heard = await listen({});
    await owner.writes('a');
    await arrived('a');
    expect(await waiting(heard)).toBe(1);
    gate.open('a', failure);
    await nothingWaits(heard);
    await n8n.clock.advance(3_600_000);
    expect(heard.texts).toEqual(['a']);
  });

  test('when the execution finishes: also one that fails has finished', async () => {
    const heard = await listen({ acknowledge: 'finished' });
    await owner.writes('a');
    await arrived('a');
    gate.open('a', failure);
    await nothingWaits(heard);
    expect(heard.texts).toEqual(['a']);
  });

  test('when it succeeds: a failed one is started again after the delay, under another key, as often as is set', async () => {
    const heard = await listen({ acknowledge: 'succeeded', retryDelay: 30, maxAttempts: 3 });
    await owner.writes('a');
    for (let attempt = 1; attempt <= 3; attempt++) {
      await arrived(...Array<string>(attempt).fill('a'));
      gate.open('a', failure);
      await heard.log.runs.at(-1);
      await eventually(() => n8n.clock.pending > 0);
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      await n8n.clock.advance(29_000);
      expect(gate.arrived).toHaveLength(attempt);
      await n8n.clock.advance(1_000);
    }
    await n8n.clock.advance(600_000);
    expect(gate.arrived).toHaveLength(3);
    expect(new Set(heard.keys).size).toBe(3);
    expect(await waiting(heard)).toBe(0);
  });

  test('when it succeeds: the second attempt may', async () => {
    const heard = await listen({ acknowledge: 'succeeded', retryDelay: 30 });
    await owner.writes('a');
    await arrived('a');
    gate.open('a', failure);
    await n8n.until(() => gate.arrived.length === 2);
    gate.open('a');
    await nothingWaits(heard);
  });

  test('an execution that does not end within the deadline counts as failed', async () => {
    const heard = await listen({ acknowledge: 'finished', deadline: 5, retryDelay: 30, maxAttempts: 2 });
    await owner.writes('a');
    await arrived('a');
    await n8n.clock.advance(4 * 60_000);
    expect(await waiting(heard)).toBe(1);
    await n8n.clock.advance(60_000);
    await n8n.clock.advance(30_000);
    await arrived('a', 'a');
    await n8n.clock.advance(5 * 60_000);
    await nothingWaits(heard);
    expect(gate.arrived).toHaveLength(2);
  });

  test('a retry is not late by a day because the clock was put back by one', async () => {
    const heard = await listen({ acknowledge: 'succeeded', retryDelay: 30 });
    await owner.writes('a');
    await arrived('a');
    gate.open('a', failure);
    await heard.log.runs[0];
    await eventually(() => n8n.clock.pending > 0);
    await heard.listening.close();
    n8n.clock.set(-86_400_000);
    const again = await heard.again(n8n);
    await n8n.clock.advance(31_000);
    await arrived('a', 'a');
    gate.open('a');
    await nothingWaits(heard);
    await again.listening.close();
  });
});

describe('Process Messages', () => {
  test('in parallel: each at once, up to the limit, and the poll goes on', async () => {
    await listen({ maxParallel: 4 });
    for (const text of ['a', 'b', 'c']) await owner.writes(text);
    await arrived('a', 'b');
    await polling();
    gate.open('b');
    await arrived('a', 'b', 'c');
  });

  test('in parallel: a user with many slow executions leaves half of the places to others', async () => {
    await listen({ maxParallel: 4 });
    const friend = owner.friend();
    for (const text of ['slow 1', 'slow 2', 'slow 3', 'slow 4']) await owner.writes(text);
    await friend.writes('quick');
    await arrived('slow 1', 'slow 2', 'quick');
    gate.open('slow 1');
    await arrived('slow 1', 'slow 2', 'quick', 'slow 3');
  });

  test('one at a time per user: in order for each, and a slow conversation holds up nobody else and no poll', async () => {
    await listen({ order: 'perUser' });
    const friend = owner.friend();
    for (const text of ['slow', 'after it']) await owner.writes(text);
    await arrived('slow');
    for (const text of ['x', 'y', 'z']) {
      await friend.writes(text);
      await eventually(() => gate.arrived.at(-1) === text);
      await polling();
      gate.open(text);
    }
    expect(gate.arrived).toEqual(['slow', 'x', 'y', 'z']);
    gate.open('slow');
    await arrived('slow', 'x', 'y', 'z', 'after it');
  });

  test('one at a time per user: a limit holds for all of them together', async () => {
    await listen({ order: 'perUser', maxParallel: 1 });
    await owner.writes('a');
    await owner.friend().writes('b');
    await polling();
    await arrived('a');
    gate.open('a');
    await arrived('a', 'b');
  });

  test('one at a time: in order of arrival over all users, and the poll goes on', async () => {
    await listen({ order: 'oneAtATime' });
    await owner.writes('a');
    await owner.friend().writes('b');
    await owner.writes('c');
    for (const texts of [['a'], ['a', 'b'], ['a', 'b', 'c']]) {
      await arrived(...texts);
      await polling();
      gate.open(texts.at(-1)!);
    }
  });
});

/** What names the process is made when the module is loaded. */
function handOverOfAnotherProcess(): typeof handOver {
  let loaded!: typeof handOver;
  jest.isolateModules(() => {
    loaded = jest.requireActual<typeof handOver>('../../nodes/WeChat/trigger/handOver');
  });
  return loaded;
}

describe('A restart', () => {
  test('hands over what was received and not handed over, oldest first, per user in order', async () => {
    const heard = await listen({ order: 'perUser' });
    forgetKeys(heard);
    const friend = owner.friend();
    await owner.writes('a1');
    await owner.writes('a2');
    await friend.writes('b1');
    await owner.writes('a3');
    await friend.writes('b2');
    await arrived('a1', 'b1');
    await polling();
    await n8n.die();
    await eventually(() => polls() === 0);
    gate.clear();

    const next = new TestProcess(stage, n8n);
    const again = await heard.again(next);
    // What the process before was handing over is its own until nothing is heard of it for seconds.
    await next.until(() => `${gate.arrived}` === 'a1,b1');
    await next.until(() => polls() === 1);
    await owner.writes('a4');
    for (const text of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2']) {
      await eventually(() => gate.arrived.includes(text));
      gate.open(text);
    }
    await nothingWaits(heard, next);
    expect(gate.arrived.filter((text) => text.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(gate.arrived.filter((text) => text.startsWith('b'))).toEqual(['b1', 'b2']);
    await again.listening.close();
  });

  test('after a crash offers the message under the same key, and n8n, which has it, drops it', async () => {
    const heard = await listen({});
    await owner.writes('a');
    await arrived('a');
    await polling();
    await n8n.die();
    const next = new TestProcess(stage, n8n);
    const again = await heard.again(next);
    // As above.
    await next.until(() => heard.log.duplicates.length > 0);
    await nothingWaits(heard, next);
    expect(heard.log.duplicates.map(({ deduplicationKey }) => deduplicationKey)).toEqual(heard.keys);
    expect(gate.arrived).toEqual(['a']);
    await again.listening.close();
  });

  test('of the process gives the message another key where a finished execution is asked for, and the same one otherwise', async () => {
    const keysOf = async (acknowledge: 'taken' | 'finished'): Promise<Set<string | undefined>> => {
      const heard = await listen({ acknowledge }, {});
      const stored = {
        seq: 1,
        userId: owner.id,
        receivedAt: 0,
        body: '{"message_id":"7","item_list":[]}',
        kind: 'message' as const,
      };
      for (let process = 0; process < 2; process++) {
        await handOverOfAnotherProcess()
          .handlerFor(heard.context, readSettings(heard.context), n8n.clock)
          .handle(stored, 0);
      }
      return new Set(heard.keys);
    };
    expect((await keysOf('taken')).size).toBe(1);
    expect((await keysOf('finished')).size).toBe(2);
  });

  test('remembers the attempts and the delay of the next one', async () => {
    const heard = await listen({ acknowledge: 'succeeded', retryDelay: 60, maxAttempts: 2 });
    await owner.writes('a');
    await arrived('a');
    gate.open('a', failure);
    await heard.log.runs[0];
    await eventually(() => n8n.clock.pending > 0);
    await polling();
    await n8n.stop();
    const next = new TestProcess(stage, n8n);
    const again = await heard.again(next);
    await next.clock.advance(59_000);
    expect(gate.arrived).toEqual(['a']);
    await next.clock.advance(1_000);
    await arrived('a', 'a');
    gate.open('a', failure);
    await nothingWaits(heard, next);
    await again.listening.close();
  });
});

describe('Switching a workflow off and on again', () => {
  test('loses nothing that was received already, and nothing that another workflow polled meanwhile', async () => {
    const heard = await listen({ maxParallel: 1 });
    const other = await listen({}, {});
    await owner.writes('a');
    await owner.writes('b');
    await arrived('a');
    await eventually(() => other.texts.length === 2);
    await heard.listening.close();
    await owner.writes('c');
    await eventually(() => other.texts.length === 3);
    gate.open('a');
    await quiet(60_000);
    await owner.writes('d');
    await eventually(() => other.texts.length === 4);
    expect(gate.arrived).toEqual(['a']);

    const again = await heard.again(n8n);
    for (const text of ['b', 'c', 'd']) {
      await eventually(() => gate.arrived.at(-1) === text);
      gate.open(text);
    }
    expect(heard.texts).toEqual(['a', 'b', 'c', 'd']);
    expect(other.texts).toEqual(['a', 'b', 'c', 'd']);
    await again.listening.close();
  });

  test('brings nothing of the time when it was off on purpose, longer than a restart takes', async () => {
    const heard = await listen({}, {});
    const other = await listen({}, {});
    await heard.listening.close();
    await quiet(600_000);
    await owner.writes('not for it');
    await eventually(() => other.texts.length === 1);
    const again = await heard.again(n8n);
    await owner.writes('for both');
    await eventually(() => heard.texts.length > 0 && other.texts.length === 2);
    expect(heard.texts).toEqual(['for both']);
    await again.listening.close();
  });

  test('starts no second execution while the first one runs, also with an n8n that knows no keys', async () => {
    const heard = await listen({ acknowledge: 'finished' });
    forgetKeys(heard);
    await owner.writes('a');
    await arrived('a');
    let last = heard;
    for (let time = 0; time < 3; time++) {
      await polling();
      await last.listening.close();
      last = await heard.again(n8n);
    }
    await polling();
    gate.open('a');
    await nothingWaits(heard);
    await owner.writes('b');
    await arrived('a', 'b');
    expect(heard.keys).toEqual([undefined, undefined]);
    await last.listening.close();
  });
});

describe('A shutdown of hours', () => {
  async function shutDown(...workflows: Heard[]): Promise<TestProcess> {
    await polling();
    for (const { listening } of workflows) await listening.close();
    // Until the server knows it, it would put messages into the answer to a poll that nobody reads any more.
    await eventually(() => polls() === 0);
    const next = new TestProcess(stage, n8n);
    next.clock.set(10 * 3_600_000);
    return next;
  }

  test('loses nothing, although the first workflow that starts polls all that has piled up for the others, too', async () => {
    const [one, two] = [await listen({}, {}), await listen({}, {})];
    const next = await shutDown(one, two);
    for (const text of ['a', 'b']) await owner.writes(text);
    const first = await one.again(next);
    await eventually(() => one.texts.length === 2 && polls() === 1);
    // n8n starts its workflows one after another.
    await quiet(60_000, next);
    const second = await two.again(next);
    await eventually(() => two.texts.length === 2);
    expect([one.texts, two.texts]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    for (const { listening } of [first, second]) await listening.close();
  });

  test('brings nothing for a workflow that had been off on purpose before it', async () => {
    const [one, off] = [await listen({}, {}), await listen({}, {})];
    await off.listening.close();
    await quiet(600_000);
    const next = await shutDown(one);
    await owner.writes('a');
    const first = await one.again(next);
    await eventually(() => one.texts.length === 1);
    const second = await off.again(next);
    await owner.writes('b');
    await eventually(() => one.texts.length === 2 && off.texts.length > 0);
    expect(off.texts).toEqual(['b']);
    for (const { listening } of [first, second]) await listening.close();
  });

  test('counts once: a bot that comes later in the life of the process does not wake who sleeps on purpose', async () => {
    const [one, off] = [await listen({}, {}), await listen({}, {})];
    const next = await shutDown(one, off);
    const woken = await off.again(next);
    await polling();
    await woken.listening.close();
    await eventually(() => polls() === 0);
    // Longer than the bot is held when nobody uses it, so that it is made anew.
    await next.clock.advance(3_600_000);
    await owner.writes('only for one');
    const first = await one.again(next);
    await eventually(() => one.texts.length === 1);
    const second = await off.again(next);
    await owner.writes('for both');
    await eventually(() => one.texts.length === 2 && off.texts.length > 0);
    expect(off.texts).toEqual(['for both']);
    for (const { listening } of [first, second]) await listening.close();
  });
});
