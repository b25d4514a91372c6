import type { INode, ITriggerFunctions } from 'n8n-workflow';

import { readSettings } from '../../../../../nodes/WeChat/trigger/settings';

function settingsOf(parameters: Record<string, unknown>, env: NodeJS.ProcessEnv = {}) {
  const getNodeParameter = (name: string, fallback: unknown): unknown => parameters[name] ?? fallback;
  const getNode = (): Partial<INode> => ({ typeVersion: 1 });
  return readSettings({ getNodeParameter, getNode } as unknown as ITriggerFunctions, env);
}

describe('The settings of the trigger', () => {
  test('of a new node let every message through, add nothing, and take each message once', () => {
    expect(settingsOf({})).toEqual({
      types: new Set(),
      senders: new Set(),
      includeRaw: false,
      language: 'en',
      statusItems: false,
      showTyping: false,
      acknowledge: 'taken',
      order: 'parallel',
      concurrency: 20,
      retryDelayMs: 60_000,
      maxAttempts: 3,
      deadlineMs: 120_000,
      placeMs: 120_000,
      offersAgain: false,
      waitsForEnd: false,
      troubleAfterMs: 120_000,
    });
  });

  test('are what the parameters say, in milliseconds', () => {
    const options = {
      includeRaw: true,
      chatInputLanguage: 'zh',
      statusItems: true,
      showTyping: true,
      acknowledge: 'succeeded',
      order: 'perUser',
      maxParallel: 5,
      retryDelay: 10,
      maxAttempts: 7,
      deadline: 2,
      troubleAfter: 5,
    };
    expect(settingsOf({ messageTypes: ['image'], filters: { senders: 'a' }, options })).toEqual({
      types: new Set(['image']),
      senders: new Set(['a']),
      includeRaw: true,
      language: 'zh',
      statusItems: true,
      showTyping: true,
      acknowledge: 'succeeded',
      order: 'perUser',
      concurrency: 5,
      retryDelayMs: 10_000,
      maxAttempts: 7,
      deadlineMs: 120_000,
      offersAgain: false,
      waitsForEnd: true,
      troubleAfterMs: 300_000,
    });
  });

  test.each([
    [20, {}, {}],
    [100, {}, { EXECUTIONS_MODE: 'queue' }],
    [7, { maxParallel: 7 }, { EXECUTIONS_MODE: 'queue', WECHAT_ILINK_MAX_PARALLEL: '300' }],
    [300, {}, { EXECUTIONS_MODE: 'queue', WECHAT_ILINK_MAX_PARALLEL: '300' }],
    [50, {}, { WECHAT_ILINK_MAX_PARALLEL: '50' }],
    [1_000, {}, { WECHAT_ILINK_MAX_PARALLEL: '1e9' }],
    [1, {}, { WECHAT_ILINK_MAX_PARALLEL: '0.5' }],
    [20, {}, { WECHAT_ILINK_MAX_PARALLEL: 'many' }],
  ])('let %i executions run at the same time with %j and %j', (expected, options, env) => {
    expect(settingsOf({ options }, env).concurrency).toBe(expected);
  });

  describe('when no deadline is set', () => {
    const minutes = (options: object, mode: string): number[] => {
      const { deadlineMs, placeMs = deadlineMs } = settingsOf({ options }, { EXECUTIONS_MODE: mode });
      return [placeMs / 60_000, deadlineMs / 60_000];
    };

    test.each([
      [2, 2, {}, 'regular'],
      [2, 60, {}, 'queue'],
      [2, 5, { order: 'perUser' }, 'regular'],
      [2, 5, { order: 'oneAtATime' }, 'regular'],
      [5, 5, { maxParallel: 1 }, 'regular'],
      [5, 5, { maxParallel: 1, order: 'perUser' }, 'regular'],
      [2, 2, { maxParallel: 1 }, 'queue'],
      [2, 5, { order: 'perUser' }, 'queue'],
      [2, 5, { order: 'oneAtATime' }, 'queue'],
      [60, 60, { acknowledge: 'finished' }, 'queue'],
      [60, 60, { acknowledge: 'succeeded' }, 'regular'],
      [30, 30, { deadline: 30 }, 'queue'],
      [30, 30, { deadline: 30, order: 'perUser' }, 'queue'],
    ])(
      'a place is held for %i minutes and an order for %i with %j in %s mode',
      (place, lane, options, mode) => expect(minutes(options, mode)).toEqual([place, lane]),
    );

    test('a message that was taken is offered again in queue mode only, where jobs get lost', () => {
      const offers = (options: object, mode: string): boolean =>
        settingsOf({ options }, { EXECUTIONS_MODE: mode }).offersAgain;
      expect([
        offers({}, 'queue'),
        offers({}, 'regular'),
        offers({ acknowledge: 'finished' }, 'queue'),
      ]).toEqual([true, false, false]);
    });
  });

  test('say how files are fetched, once that is asked for', () => {
    expect(settingsOf({ mediaOptions: { timeout: 5 } })).not.toHaveProperty('media');
    expect(settingsOf({ downloadMedia: true }).media).toEqual({
      maxBytes: 104_857_600,
      timeoutMs: 60_000,
      voiceFormat: 'wav',
      hosts: [],
    });
    const mediaOptions = { timeout: 5, maxFileSize: 1, voiceFormat: 'silk', mediaHosts: 'a.example' };
    expect(settingsOf({ downloadMedia: true, mediaOptions }).media).toEqual({
      maxBytes: 1_048_576,
      timeoutMs: 5_000,
      voiceFormat: 'silk',
      hosts: ['a.example'],
    });
  });

  test.each([0, -5, NaN, 'many'])('say which number it is when it is %p', (limit) => {
    expect(() => settingsOf({ options: { maxParallel: limit } })).toThrow('"Max Parallel Executions" is ');
  });

  test('know no types that do not exist', () => {
    expect(() => settingsOf({ messageTypes: ['sticker', 'text'] })).toThrow('"Message Types" is "sticker"');
  });

  test.each([
    'a@im.wechat,b@im.wechat',
    ' a@im.wechat , b@im.wechat, ',
    'a@im.wechat;b@im.wechat',
    'a@im.wechat\nb@im.wechat\n',
    'a@im.wechat，b@im.wechat',
    'a@im.wechat、b@im.wechat；',
    'a@im.wechat b@im.wechat',
  ])('take the senders apart however they are written: %j', (senders) => {
    expect([...settingsOf({ filters: { senders } }).senders]).toEqual(['a@im.wechat', 'b@im.wechat']);
  });

  test('take white space alone for nobody chosen', () => {
    expect(settingsOf({ filters: { senders: ' \n' } }).senders.size).toBe(0);
  });
});
