import type { SendRequest } from '../../../../bot/send/message';
import { rowsOf } from '../../../../bot/send/queued-rows';

const request: SendRequest = {
  to: 'u@im.wechat',
  parts: [
    { type: 'text', item: { type: 1, text_item: { text: 'a' } } },
    { type: 'image', item: { type: 2 } },
  ],
  pauseMs: 0,
  whenClosed: 'queue',
  limits: { quota: 3, windowMs: 7 },
  queueMs: 1,
  ageNote: '{age}',
};
const about = { sendId: 's', reason: 'window_over', queuedAt: 1, expiresAt: 2 };
const row = { ...about, userId: 'u@im.wechat', ageNote: '{age}', quota: 3, windowMs: 7, clientId: null };

describe('rowsOf', () => {
  it('says of each message whatever a process has to know that sends it later', () => {
    expect(rowsOf(request, request.parts, about, undefined)).toEqual([
      { ...row, type: 'text', item: '{"type":1,"text_item":{"text":"a"}}' },
      { ...row, type: 'image', item: '{"type":2}' },
    ]);
  });

  it('gives the first one the id under which it may have arrived, and no other', () => {
    const ids = rowsOf(request, request.parts, about, 'c1').map(({ clientId }) => clientId);
    expect(ids).toEqual(['c1', null]);
  });
});
