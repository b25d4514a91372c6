import { join } from 'node:path';
import type { IDataObject, IRun, ITriggerFunctions } from 'n8n-workflow';

import type { Bot } from '../../../../../bot/bot';
import { Memory } from '../../../../../bot/memory';
import type { TriggerSettings } from '../../../../../nodes/WeChat/trigger/settings';
import { startSubscription } from '../../../../../nodes/WeChat/trigger/subscription';
import { SqliteStore } from '../../../../../store/sqlite/sqlite-store';
import { FakeClock, settle } from '../../../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../../../support/temp-folder';

const BOT = 'o@im.wechat';
const settings: TriggerSettings = {
  types: new Set(),
  senders: new Set(),
  includeRaw: false,
  language: 'en',
  statusItems: false,
  showTyping: false,
  acknowledge: 'taken',
  order: 'parallel',
  concurrency: 100,
  retryDelayMs: 1_000,
  maxAttempts: 3,
  deadlineMs: 60_000,
  offersAgain: false,
  waitsForEnd: false,
  troubleAfterMs: 120_000,
};

describe('Taking messages out of the store', () => {
  let clock: FakeClock;
  let store: SqliteStore;
  let memory: Memory;
  let emitted: IDataObject[];
  let errors: string[];

  const context = (mode: 'trigger' | 'manual', node = 'n'): ITriggerFunctions =>
    ({
      getMode: () => mode,
      getWorkflow: () => ({ id: 'w' }),
      getNode: () => ({ id: node }),
      logger: { error: (line: string) => errors.push(line) },
      helpers: { createDeferredPromise: () => Promise.withResolvers<IRun>() },
      emit: (
        [[{ json }]]: [[{ json: IDataObject }]],
        _response: unknown,
        done?: PromiseWithResolvers<IRun>,
      ) => {
        emitted.push(json);
        done?.resolve({ status: 'success' } as IRun);
      },
    }) as unknown as ITriggerFunctions;
  const take = (mode: 'trigger' | 'manual', more: Partial<TriggerSettings> = {}, node?: string) =>
    startSubscription(
      context(mode, node),
      { ...settings, ...more },
      { bot: { key: BOT } as unknown as Bot, memory, clock },
    );
  const receive = async (...texts: string[]): Promise<void> => {
    const messages = texts.map((text) => ({
      body: JSON.stringify({ from_user_id: text[0], item_list: [{ type: 1, text_item: { text } }] }),
      userId: text[0]!,
      keys: [],
    }));
    const batch = {
      bot: BOT,
      connection: 'c',
      receivedAt: clock.now(),
      sleepersSince: clock.now() - 1_000,
      login: 'login',
    };
    await store.inbox.receive({ ...batch, messages });
  };
  const texts = (): unknown[] => emitted.map(({ text }) => text);

  beforeEach(async () => {
    clock = new FakeClock();
    [emitted, errors] = [[], []];
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), clock.now(), () => undefined);
    memory = await Memory.of(store, {
      clock,
      keep: { days: 7, messages: 100 },
      report: ({ code }) => errors.push(code),
    });
  });
  afterEach(() => store.close().catch(() => undefined));
  afterAll(removeTempFolders);

  describe('for an active workflow', () => {
    test('brings what comes, and what waited while it slept for a moment', async () => {
      const first = await take('trigger');
      await receive('a');
      first.wake();
      await settle();
      await first.stop();
      await receive('b');
      const second = await take('trigger');
      await settle();
      expect(texts()).toEqual(['a', 'b']);
      await second.stop();
    });

    test('keeps nothing for it that comes long after it was switched off', async () => {
      await (await take('trigger')).stop();
      await clock.advance(2_000);
      await receive('a');
      const again = await take('trigger');
      await settle();
      expect(texts()).toEqual([]);
      await again.stop();
    });

    test('that is active twice for a moment goes on when the first one ends, in the same process', async () => {
      const first = await take('trigger');
      const second = await take('trigger');
      await first.stop();
      await clock.advance(2_000);
      await receive('a');
      second.wake();
      await settle();
      expect(texts()).toEqual(['a']);
      await second.stop();
    });

    test('that another process put to sleep is awake again when it says so', async () => {
      const subscription = await take('trigger');
      await store.inbox.unsubscribe('w:n', clock.now());
      await subscription.renew();
      await clock.advance(2_000);
      await receive('a');
      subscription.wake();
      await settle();
      expect(texts()).toEqual(['a']);
      await subscription.stop();
    });

    test('brings a message to each of two triggers in one workflow', async () => {
      const subscriptions = [await take('trigger', {}, 'one'), await take('trigger', {}, 'two')];
      await receive('a');
      for (const subscription of subscriptions) subscription.wake();
      await settle();
      expect(texts()).toEqual(['a', 'a']);
      for (const subscription of subscriptions) await subscription.stop();
    });

    test('fails when that cannot be noted, so that nobody believes it is active', async () => {
      await store.close();
      await expect(take('trigger')).rejects.toThrow();
    });
  });

  describe('for a test in the editor', () => {
    test('brings only what comes from now on, and takes it away from nobody', async () => {
      const active = await take('trigger');
      await receive('before');
      const test = await take('manual', {}, 'test');
      await receive('now');
      test.wake();
      await test.stop();
      expect(texts()).toEqual(['now']);
      active.wake();
      await settle();
      expect(texts()).toEqual(['now', 'before', 'now']);
      await active.stop();
    });

    test('brings each message once, however often it is woken, and more of them than are read at once', async () => {
      const test = await take('manual');
      const many = Array.from({ length: 250 }, (_, index) => `a${index}`);
      await receive(...many);
      for (let time = 0; time < 5; time++) test.wake();
      await test.stop();
      expect(texts()).toEqual(many);
    });

    test('leaves out what does not pass the filter', async () => {
      const test = await take('manual', { senders: new Set(['b']) });
      await receive('a1', 'b1', 'a2');
      test.wake();
      await test.stop();
      expect(texts()).toEqual(['b1']);
    });

    test('goes on when the store cannot be read for a moment', async () => {
      const test = await take('manual');
      await receive('a');
      jest.spyOn(store.inbox, 'messagesAfter').mockRejectedValueOnce(new Error('disk'));
      test.wake();
      test.wake();
      await test.stop();
      expect(errors).toEqual(['WeChat Trigger: the store could not be read']);
      expect(texts()).toEqual(['a']);
    });
  });
});
