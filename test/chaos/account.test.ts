import type { Execution } from '../../tools/n8n/types';
import { labelOf, misdirected, Sends, settleWritten } from './account';

const sent = (json: object, error?: { message: string }): Execution =>
  ({
    id: '1',
    status: error ? 'error' : 'success',
    data: { resultData: { runData: { Send: [{ data: { main: [[{ json }]] }, ...(error && { error }) }] } } },
  }) as unknown as Execution;
const bubble = (text: string, message_id = '7') =>
  ({ from: 'bot', text, message_id, client_id: 'c' }) as never;
const accepted = { outcome: 'accepted', message_id: '7', client_id: 'c' };

describe('what the person wrote', () => {
  const good = (label: string) => ({ label, spoiled: false });

  it('has one execution each', () => {
    const { complaints, executed } = settleWritten([good('a')], new Map([['a', 1]]), () => true);
    expect([complaints, executed]).toEqual([[], 1]);
  });

  it('is lost in a cut reply only when it was never given', () => {
    const settle = (given: boolean) => settleWritten([good('a')], new Map(), () => given);
    expect(settle(false)).toMatchObject({ lostInCutReply: 1, complaints: [] });
    expect(settle(true)).toMatchObject({
      lostInCutReply: 0,
      complaints: ['a was given and has no execution'],
    });
  });

  it('has no second execution, and nothing has one that was never written', () => {
    const { complaints } = settleWritten(
      [good('a')],
      new Map([
        ['a', 2],
        ['b', 1],
      ]),
      () => true,
    );
    expect(complaints).toEqual(['a has 2 executions', 'b was never written']);
  });

  it('may be spoiled, and then need not have one', () => {
    expect(settleWritten([{ label: 'a', spoiled: true }], new Map(), () => true).complaints).toEqual([]);
  });
});

describe('what was sent', () => {
  const settle = (act: (sends: Sends) => void, ...bubbles: never[]) => {
    const sends = new Sends();
    act(sends);
    return sends.settle(bubbles).complaints;
  };

  it('is shown once when it was accepted', () => {
    expect(settle((sends) => sends.add('a', sent(accepted)), bubble('a'))).toEqual([]);
    expect(settle((sends) => sends.add('a', sent(accepted)))).toHaveLength(1);
    expect(settle((sends) => sends.add('a', sent(accepted)), bubble('a'), bubble('a'))).toHaveLength(1);
  });

  it('is not shown when the node failed', () => {
    expect(settle((sends) => sends.add('a', sent({}, { message: 'no' })), bubble('a'))).toHaveLength(1);
  });

  it('leaves the queue with a status item', () => {
    const queued = (sends: Sends) => {
      sends.add('a', sent({ outcome: 'queued' }));
      sends.notice({ state: 'retrying' });
      sends.notice({ state: 'queued_sent', queued: [{ text: 'a\uFFFD' }], ...accepted });
    };
    expect(settle(queued, bubble('a'))).toEqual([]);
    expect(settle(queued)).toHaveLength(1);
  });

  it('may be shown when it was refused in doubt, and not when it was refused', () => {
    const refused = (more: object) => (sends: Sends) => {
      sends.add('a', sent({ outcome: 'queued' }));
      sends.notice({ state: 'queued_refused', queued: [{ text: 'a' }], ...more });
    };
    expect(settle(refused({ outcome: 'unconfirmed' }), bubble('a'))).toEqual([]);
    expect(settle(refused({}), bubble('a'))).toHaveLength(1);
  });
});

it('knows a message by its text, or by the name of its file', () => {
  expect([
    labelOf({ text: 'a' }),
    labelOf({ text: '', media: [{ file_name: 'b.txt' }] }),
    labelOf({ text: 'spoiled\u0001' }),
    labelOf({ text: '', raw: {} }),
  ]).toEqual(['a', 'b.txt', 'spoiled', 'bare {}']);
});

it('complains of what stands on a phone of somebody else', () => {
  const phones = [[bubble('re: m4')], [bubble('s1\n\ns3.txt'), bubble('re: m2')]];
  expect(misdirected(phones)).toEqual(['re: m2 is shown to person 1']);
});
