import { SentMemory } from '../../../../bot/recall/sent';
import { readMessage } from '../../../../ilink/incoming';
import type { SentMessage, Store } from '../../../../store/store';
import { FakeClock, settle } from '../../../support/fake-clock';

const item = (text: string) => ({ type: 1, text_item: { text } });
const quoteOf = (svr_id: string) => ({
  from_user_id: 'u',
  item_list: [{ type: 1, text_item: { text: 'what?' }, ref_msg: { svr_id } }],
});

describe('SentMemory', () => {
  let clock: FakeClock;
  let writes: SentMessage[][];
  let fails: boolean;
  let reports: string[];
  let memory: SentMemory;

  beforeEach(() => {
    clock = new FakeClock();
    [writes, fails, reports] = [[], false, []];
    const recent = {
      remember: async (_bot: string, messages: SentMessage[]) => {
        if (fails) throw new Error('disk full');
        writes.push(messages);
      },
      find: async (_bot: string, userId: string, id: string) => {
        const found = writes.flat().find((message) => message.id === id && message.userId === userId);
        return found && { direction: 'out' as const, at: found.sentAt, body: found.body };
      },
    };
    const store = { recent } as unknown as Store;
    memory = new SentMemory({
      store: async () => store,
      bot: 'bot',
      clock,
      report: ({ code }) => void reports.push(code),
    });
  });

  it('writes what was sent a moment later, and all of it together', async () => {
    memory.note('u', item('a'), '1');
    memory.note('u', item('b'), '2');
    await settle();
    expect(writes).toEqual([]);
    await clock.advance(100);
    expect(writes.map((messages) => messages.map(({ id }) => id))).toEqual([['1', '2']]);
    memory.note('u', item('c'), '3');
    await clock.advance(100);
    expect(writes).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('finds a quoted message that it had no time to write', async () => {
    memory.note('u', item('just now'), '7');
    expect(await memory.quoted(readMessage(quoteOf('7')))).toMatchObject({ direction: 'out' });
    expect(clock.pending).toBe(0);
  });

  it('remembers nothing that has no id: nothing can quote it', async () => {
    memory.note('u', item('a'));
    expect(clock.pending).toBe(0);
    await memory.write();
    expect(writes).toEqual([]);
  });

  it('says that it could not write, and fails nobody', async () => {
    fails = true;
    memory.note('u', item('a'), '1');
    await clock.advance(100);
    expect(reports).toHaveLength(1);
    expect(await memory.quoted(readMessage(quoteOf('1')))).toBeUndefined();
  });
});
