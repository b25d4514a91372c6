import { findQuoted } from '../../../../bot/recall/quotes';
import { readMessage } from '../../../../ilink/incoming';
import { readItem } from '../../../../ilink/incoming-item';
import type { RecentMessage } from '../../../../store/store';

const USER = 'u@im.wechat';
const quoting = (ref_msg: object, more = {}) => ({
  from_user_id: USER,
  item_list: [{ type: 1, text_item: { text: 'this' }, ref_msg }],
  ...more,
});
const earlier = (body: object, more: Partial<RecentMessage> = {}): RecentMessage => ({
  direction: 'in',
  at: 5,
  body: JSON.stringify(body),
  ...more,
});
const one = { type: 1, msg_id: '11', text_item: { text: 'one' } };
const two = { type: 1, msg_id: '12', text_item: { text: 'two' } };

describe('findQuoted', () => {
  const asked: string[][] = [];
  const find = (message: unknown, found?: RecentMessage) =>
    findQuoted(readMessage(message), 'bot', {
      find: async (...question) => {
        asked.push(question);
        return found;
      },
    });
  beforeEach(() => asked.splice(0));

  it('finds the message by the id that newer phones send', async () => {
    const found = earlier({ from_user_id: USER, item_list: [one, two] });
    expect(await find(quoting({ svr_id: '9007199254740995' }), found)).toEqual({
      direction: 'in',
      at: 5,
      items: [one, two].map(readItem),
      fromUserId: USER,
    });
    expect(asked).toEqual([['bot', USER, '9007199254740995']]);
  });

  it('takes only the item that was meant', async () =>
    expect((await find(quoting({ svr_id: '12' }), earlier({ item_list: [one, two] })))?.items).toEqual([
      readItem(two),
    ]));

  it('finds what the bot sent', async () => {
    const found = earlier({ item_list: [{ type: 1, text_item: { text: 'answer' } }] }, { direction: 'out' });
    expect(await find(quoting({ svr_id: '7' }), found)).toEqual({
      direction: 'out',
      at: 5,
      items: [{ type: 'text', text: 'answer' }],
    });
  });

  it('takes the id of a quoted item where there is no other', async () => {
    await find(quoting({ message_item: { msg_id: '11' } }));
    expect(asked).toEqual([['bot', USER, '11']]);
  });

  it('finds nothing that is not known', async () =>
    expect(await find(quoting({ svr_id: '7' }))).toBeUndefined());

  it.each([
    null,
    'text',
    { from_user_id: USER, item_list: [one] },
    quoting({}),
    quoting({ svr_id: '' }),
    quoting({ svr_id: '0' }),
    quoting({ svr_id: {}, message_item: null }),
    quoting({ svr_id: '7' }, { from_user_id: undefined }),
  ])('does not even look for %j', async (message) => {
    expect(await find(message, earlier({ item_list: [one] }))).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it.each([null, 5, { item_list: 'x' }, { item_list: [null, 1] }])('survives %j in the store', async (body) =>
    expect((await find(quoting({ svr_id: '7' }), earlier(body as object)))?.items).toEqual([]),
  );
});
