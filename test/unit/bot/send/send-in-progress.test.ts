import type { SendRequest } from '../../../../bot/send/message';
import { SendInProgress } from '../../../../bot/send/send-in-progress';
import { DEFAULT_LIMITS } from '../../../../bot/send/window';

const request: SendRequest = {
  to: 'u@im.wechat',
  parts: (['text', 'image', 'file'] as const).map((type) => ({ type, item: { type: 1 } })),
  pauseMs: 0,
  whenClosed: 'queue',
  limits: DEFAULT_LIMITS,
  queueMs: 1,
  ageNote: '',
};
const done = { type: 'text', outcome: 'accepted', client_id: 'c1', message_id: '1' } as const;

describe('SendInProgress', () => {
  it('goes on where an earlier try came to, and knows under which id that tried the next message only', () => {
    const send = new SendInProgress(request, { done: [done], client_id: 'c2' });
    expect([send.rest.map(({ type }) => type), send.triedId]).toEqual([['image', 'file'], 'c2']);
    send.add({ outcome: 'accepted', client_id: 'c2' });
    expect([send.rest.map(({ type }) => type), send.triedId, send.isDone]).toEqual([
      ['file'],
      undefined,
      false,
    ]);
    send.add({ outcome: 'unconfirmed', client_id: 'c3' });
    expect(send.isDone).toBe(true);
  });

  it('has an outcome for every message when it breaks off, and leaves what the earlier try said as it was', () => {
    const before = { done: [done] };
    const send = new SendInProgress(request, before);
    send.breakOff({ outcome: 'refused' });
    expect(send.results).toEqual([
      done,
      { type: 'image', outcome: 'refused' },
      { type: 'file', outcome: 'not_sent' },
    ]);
    expect(before.done).toEqual([done]);
  });
});
