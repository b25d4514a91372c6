import { windowOf } from '../../../../bot/send/window';
import type { Conversation } from '../../../../store/store';

const NOW = Date.UTC(2026, 10, 22, 12);
const HOUR_MS = 3_600_000;

const conversation = (more: Partial<Conversation> = {}): Conversation => ({
  userId: 'u@im.wechat',
  contextToken: 't',
  lastInboundAt: NOW - HOUR_MS,
  sentSince: 0,
  closedByServer: false,
  login: 'login',
  throttledUntil: 0,
  throttles: 0,
  queued: 0,
  ...more,
});

describe('windowOf', () => {
  it('goes by other limits where the user knows better', () => {
    const limits = { quota: 3, windowMs: 2 * HOUR_MS };
    expect(windowOf(conversation({ sentSince: 1 }), NOW, limits)).toMatchObject({
      sendsLeft: 2,
      windowClosesAt: '2026-11-22T13:00:00.000Z',
    });
    expect(windowOf(conversation({ sentSince: 3 }), NOW, limits).canSend).toBe(false);
  });

  it('allows ten messages after a message of the user', () => {
    expect(windowOf(conversation(), NOW)).toEqual({
      canSend: true,
      sendsLeft: 10,
      windowClosesAt: '2026-11-23T11:00:00.000Z',
      lastInboundAt: '2026-11-22T11:00:00.000Z',
    });
    expect(windowOf(conversation({ sentSince: 9 }), NOW)).toMatchObject({ canSend: true, sendsLeft: 1 });
    expect(windowOf(conversation({ sentSince: 10 }), NOW)).toMatchObject({ canSend: false, sendsLeft: 0 });
    expect(windowOf(conversation({ sentSince: 11 }), NOW)).toMatchObject({ canSend: false, sendsLeft: 0 });
  });

  it('closes 24 hours after the user last wrote', () => {
    const at = (hours: number) =>
      windowOf(conversation({ lastInboundAt: NOW - hours * HOUR_MS }), NOW).canSend;
    expect([at(23.99), at(24)]).toEqual([true, false]);
  });

  it('believes the server when it says that the user has to write first', () => {
    expect(windowOf(conversation({ closedByServer: true }), NOW)).toMatchObject({
      canSend: false,
      sendsLeft: 0,
    });
  });

  it('claims nothing about a user of whom nothing is known', () => {
    const nothing = { canSend: null, sendsLeft: null, windowClosesAt: null, lastInboundAt: null };
    expect(windowOf(undefined, NOW)).toEqual(nothing);
    expect(windowOf(conversation({ lastInboundAt: 0, sentSince: 3 }), NOW)).toEqual(nothing);
    expect(windowOf(conversation({ lastInboundAt: 0, closedByServer: true }), NOW)).toEqual({
      ...nothing,
      canSend: false,
    });
  });
});
