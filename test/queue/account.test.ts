import type { SeenMessage } from '../../emulator';
import { accountOf, complaintsOf, type Evidence } from './account';

const execution = (text: string, id = text) => ({ id, status: 'success', text });
const bubble = (from: 'user' | 'bot', text: string) => ({ from, text }) as SeenMessage;

function evidence(more: Partial<Evidence> = {}): Evidence {
  return {
    written: ['a', 'b'],
    cut: new Set(),
    kept: new Set(['a', 'b']),
    executions: [execution('a'), execution('b')],
    sends: new Map([['note', 'ok']]),
    chats: [
      [bubble('user', 'a'), bubble('bot', 're: a\n\nnote'), bubble('user', 'b'), bubble('bot', 're: b')],
    ],
    quota: 2,
    ...more,
  };
}

const complaints = (more: Partial<Evidence>): string[] => complaintsOf(accountOf(evidence(more)));

describe('The account of a queue mode', () => {
  it('has no complaint when every message ran once and every send came once', () =>
    expect(complaints({})).toEqual([]));

  it('excuses a message that was in a cut reply, unless the store had it', () => {
    const gone = { executions: [execution('a')], cut: new Set(['b']) };
    expect(complaints({ ...gone, kept: new Set(['a']) })).toEqual([]);
    expect(accountOf(evidence({ ...gone, kept: new Set(['a']) })).lostInCutReply).toBe(1);
    expect(complaints(gone)).toEqual(['Messages were lost, 1: b']);
  });

  it('complains about a message that was lost, and one that ran twice', () => {
    expect(complaints({ executions: [execution('a')] })).toEqual(['Messages were lost, 1: b']);
    const twice = [execution('a'), execution('b'), execution('b', 'again')];
    expect(complaints({ executions: twice })).toEqual(['Messages were executed twice, 1: b']);
  });

  it('complains about a send that never came although it was said, and not about one that failed', () => {
    expect(complaints({ sends: new Map([['other', 'ok']]) })).toEqual(['Sends never came, 1: other']);
    expect(complaints({ sends: new Map([['other', '500']]) })).toEqual([]);
  });

  it('complains about a text that came twice, also inside of a merged one', () => {
    const chats = [[bubble('user', 'a'), bubble('bot', 'note'), bubble('bot', 're: a\n\nnote')]];
    expect(complaints({ chats, written: ['a'], executions: [execution('a')] })).toEqual([
      'Texts came twice, 1: note',
    ]);
  });

  it('complains about more than the quota between two messages of the person', () => {
    const bot = ['note', 'x', 'y'].map((text) => bubble('bot', text));
    expect(complaints({ chats: [[bubble('user', 'a'), ...bot, bubble('user', 'b')]] })).toEqual([
      '1 messages went out above the quota',
    ]);
  });
});
