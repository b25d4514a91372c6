import fc from 'fast-check';
import type { IRun, ITriggerFunctions } from 'n8n-workflow';

import type { DeliveryResult } from '../../../../../bot/receive/deliveries';
import { readMessage } from '../../../../../ilink/incoming';
import { deduplicationKey, handlerFor, judge } from '../../../../../nodes/WeChat/trigger/handOver';
import type { Ending } from '../../../../../nodes/WeChat/trigger/offer';
import { readSettings, type TriggerSettings } from '../../../../../nodes/WeChat/trigger/settings';
import type { ShowTyping } from '../../../../../nodes/WeChat/trigger/typing';
import type { StoredMessage } from '../../../../../store/store';
import { FakeClock, settle } from '../../../../support/fake-clock';

const nodeOf = (workflowId = 'w1', nodeId = 'n1') => ({
  getWorkflow: () => ({ id: workflowId, active: true }),
  getNode: () => ({ id: nodeId }) as ReturnType<ITriggerFunctions['getNode']>,
});
const stored = (message: unknown, seq = 1): StoredMessage => ({
  seq,
  userId: 'u',
  receivedAt: 1_764_000_000_000,
  body: JSON.stringify(message),
  kind: 'message',
});
const keyOf = (message: unknown, ...ids: string[]) =>
  deduplicationKey(nodeOf(...ids), stored(message), readMessage(message));

describe('The key by which n8n knows a message', () => {
  test('is the message id, within this workflow and node', () => {
    expect(keyOf({ message_id: '18446744073709551615' })).toBe('wechat:w1:n1:18446744073709551615');
  });

  test('is another one in another workflow or node', () => {
    const message = { message_id: '1' };
    expect(new Set([keyOf(message), keyOf(message, 'w2'), keyOf(message, 'w1', 'n2')]).size).toBe(3);
  });

  test('is made of the arrival when there is no id, so that two equal messages are two', () => {
    const key = (seq: number): string =>
      deduplicationKey(nodeOf(), stored({ a: 1 }, seq), readMessage({ a: 1 }));
    expect(key(1)).toBe(key(1));
    expect(key(1)).not.toBe(key(2));
  });

  test('fits, and still tells messages apart, however long the ids of workflow and node are', () => {
    const ids = fc.string({ maxLength: 400, size: 'max' });
    fc.assert(
      fc.property(ids, ids, (workflowId, nodeId) => {
        const keys = ['1', '2'].map((message_id) => keyOf({ message_id }, workflowId, nodeId));
        for (const key of keys) expect(key.length).toBeLessThanOrEqual(255);
        expect(keys[0]).not.toBe(keys[1]);
      }),
    );
  });
});

describe('How an attempt is judged', () => {
  const run = (status: string): Ending => ({ run: { status } as IRun });
  // What n8n 2.41 makes of "job stalled more than maxStalledCount", and of a node that failed on a worker.
  const stalled = {
    run: { status: 'error', finished: false, data: { resultData: { error: { message: 'x' }, runData: {} } } },
  } as unknown as Ending;
  const failedInNode = {
    run: {
      status: 'error',
      finished: false,
      data: { resultData: { error: { message: 'x' }, runData: {}, lastNodeExecuted: 'HTTP' } },
    },
  } as unknown as Ending;
  const rows: Array<[string, Ending, TriggerSettings['acknowledge'], DeliveryResult]> = [
    ['a success', run('success'), 'taken', 'done'],
    ['a failed execution', run('error'), 'taken', 'done'],
    ['a failed execution', run('error'), 'finished', 'done'],
    ['a failed execution', run('error'), 'succeeded', 'again'],
    ['a crashed execution', run('crashed'), 'succeeded', 'again'],
    ['a crashed execution', run('crashed'), 'finished', 'again'],
    ['a crashed execution', run('crashed'), 'taken', 'done'],
    ['an execution that a worker lost', stalled, 'finished', 'again'],
    ['an execution that a worker lost', stalled, 'taken', 'done'],
    ['an execution that failed in a node', failedInNode, 'finished', 'done'],
    ['an execution that somebody stopped', run('canceled'), 'finished', 'done'],
    ['an execution that waits', run('waiting'), 'succeeded', 'done'],
    ['a duplicate', { run: undefined }, 'taken', 'done'],
    ['a duplicate', { run: undefined }, 'succeeded', 'done'],
    ['no end within the deadline', { deadline: true }, 'taken', 'done'],
    ['no end within the deadline', { deadline: true }, 'finished', 'again'],
    ['no execution at all', { refused: new Error() }, 'taken', 'refused'],
    ['no execution at all', { refused: new Error() }, 'succeeded', 'refused'],
  ];
  test.each(rows)('%s (%j) with acknowledge "%s" is: %s', (_what, ending, acknowledge, result) => {
    expect(judge(ending, { acknowledge, maxAttempts: 3 }, 0)).toBe(result);
  });

  test('in queue mode a message that n8n took and whose execution does not end is offered again, until n8n knows it', () => {
    const settings = { acknowledge: 'taken', maxAttempts: 1, offersAgain: true } as const;
    expect(judge({ deadline: true }, settings, 50)).toBe('refused');
    expect(judge({ deadline: true, known: true }, settings, 0)).toBe('done');
    expect(judge({ run: undefined }, settings, 0)).toBe('done');
    expect(judge(run('error'), settings, 0)).toBe('done');
  });

  test('it is given up after the last attempt, but never when n8n could not take the message', () => {
    const settings = { acknowledge: 'succeeded', maxAttempts: 3 } as const;
    expect(judge(run('error'), settings, 1)).toBe('again');
    expect(judge(run('error'), settings, 2)).toBe('gaveUp');
    expect(judge({ refused: new Error() }, settings, 99)).toBe('refused');
  });
});

describe('Handing a message over', () => {
  function stage(options: object = {}, filters: object = {}, showTyping?: ShowTyping) {
    const emitted: unknown[][] = [];
    const errors: string[] = [];
    let done!: { resolve(run?: IRun): void; reject(error: Error): void };
    const context = {
      ...nodeOf(),
      getNodeParameter: (name: string, fallback: unknown) => ({ options, filters })[name] ?? fallback,
      emit: (...args: unknown[]) => emitted.push(args),
      logger: { error: (line: string) => errors.push(line) },
      helpers: {
        createDeferredPromise: () => {
          const promise = new Promise<IRun | undefined>((resolve, reject) => (done = { resolve, reject }));
          return { promise, ...done };
        },
      },
    } as unknown as ITriggerFunctions;
    const clock = new FakeClock();
    const handler = handlerFor(context, readSettings(context), clock, { showTyping });
    return { clock, emitted, errors, handler, done: () => done };
  }

  test('in queue mode a message of whose execution nothing is heard is offered again under its key', async () => {
    process.env.EXECUTIONS_MODE = 'queue';
    try {
      const { clock, emitted, handler, done } = stage();
      const lost = handler.handle(stored({ message_id: '1' }), 0);
      await clock.advance(120_000);
      // n8n has it, and drops it.
      done().resolve(undefined);
      expect(await lost).toBe('done');
      expect(emitted.map((call) => call[3])).toEqual(['wechat:w1:n1:1', 'wechat:w1:n1:1']);
    } finally {
      delete process.env.EXECUTIONS_MODE;
    }
  });
  const MESSAGE = { message_id: '5', item_list: [{ type: 1, text_item: { text: 'private' } }] };

  test('is one emit of one item, with its key, and is over when the execution is', async () => {
    const { clock, emitted, handler, done } = stage();
    let result: DeliveryResult | undefined;
    void handler.handle(stored(MESSAGE), 0).then((given) => (result = given));
    await settle();
    const [data, response, , key] = emitted[0]!;
    expect(data).toMatchObject([[{ json: { type: 'text', text: 'private', message_id: '5' } }]]);
    expect([response, key, result]).toEqual([undefined, 'wechat:w1:n1:5', undefined]);
    done().resolve({ status: 'success' } as IRun);
    await settle();
    expect([result, clock.pending]).toEqual(['done', 0]);
  });

  test('of a message that does not pass the filter is no emit', async () => {
    const { emitted, handler } = stage({}, { senders: 'somebody@im.wechat' });
    expect(await handler.handle(stored(MESSAGE), 0)).toBe('done');
    expect(emitted).toEqual([]);
  });

  test('does not wait for ever for a promise that n8n has lost', async () => {
    const { clock, handler } = stage({ deadline: 5 });
    const given = handler.handle(stored(MESSAGE), 0);
    await clock.advance(5 * 60_000);
    expect(await given).toBe('done');
  });

  test('has another key for each attempt where a finished execution is asked for', async () => {
    const { emitted, handler, done } = stage({ acknowledge: 'finished' });
    for (const attempt of [0, 1]) {
      const given = handler.handle(stored(MESSAGE), attempt);
      await settle();
      done().resolve({ status: 'success' } as IRun);
      await given;
    }
    const keys = emitted.map((args) => String(args[3]));
    for (const key of keys) expect(key).toMatch(/^wechat:w1:n1:5:.{12}$/);
    expect(keys[0]).not.toBe(keys[1]);
  });

  test('that failed for the last time is written down without the message', async () => {
    const { errors, handler, done } = stage({ acknowledge: 'succeeded', maxAttempts: 2 });
    const given = handler.handle(stored(MESSAGE), 1);
    await settle();
    done().resolve({ status: 'error' } as IRun);
    expect(await given).toBe('gaveUp');
    expect(errors.join()).toContain('gave a message up after 2 executions');
    expect(errors.join()).not.toContain('private');
  });

  test('is given up when ten executions for it went down with n8n, however few attempts are set', async () => {
    const { emitted, errors, handler, done } = stage({ acknowledge: 'finished', maxAttempts: 1 });
    const ninth = handler.handle(stored(MESSAGE), 9);
    await settle();
    done().resolve({ status: 'success' } as IRun);
    expect(await ninth).toBe('done');
    expect(await handler.handle(stored(MESSAGE), 10)).toBe('gaveUp');
    expect([emitted.length, errors.length]).toEqual([1, 1]);
    expect([handler.countsStarts, stage().handler.countsStarts]).toEqual([true, false]);
  });

  test.each(['ends', 'cannot be started', 'takes longer than the deadline'])(
    'shows typing after the emit, until the execution %s',
    async (how) => {
      const told: unknown[] = [];
      const { clock, emitted, handler, done } = stage({ deadline: 5 }, {}, (message) => {
        told.push(emitted.length, message);
        return () => told.push('hidden');
      });
      const given = handler.handle(stored(MESSAGE), 0);
      await settle();
      expect(told).toEqual([1, readMessage(MESSAGE)]);
      if (how === 'ends') done().resolve({ status: 'success' } as IRun);
      else if (how === 'cannot be started') done().reject(new Error());
      else await clock.advance(5 * 60_000);
      await given;
      expect(told).toEqual([1, readMessage(MESSAGE), 'hidden']);
    },
  );

  test('shows no typing for a message that does not pass the filter', async () => {
    const show = jest.fn(() => () => undefined);
    const { handler } = stage({}, { senders: 'somebody@im.wechat' }, show);
    await handler.handle(stored(MESSAGE), 0);
    expect(show).not.toHaveBeenCalled();
  });

  test('that n8n could not do is written down without the message, and tried again', async () => {
    const { errors, handler, done } = stage();
    const given = handler.handle(stored(MESSAGE), 0);
    await settle();
    done().reject(new RangeError('no execution for private'));
    expect(await given).toBe('refused');
    expect(errors.join()).toContain('n8n could not start an execution for a message');
    expect(errors.join()).not.toContain('private');
  });
});
