import fc from 'fast-check';

import { readMessage } from '../../../../../ilink/incoming';
import { contentTypeOf, type ContentType } from '../../../../../ilink/incoming-item';
import { passes } from '../../../../../nodes/WeChat/trigger/filter';

const filter = ({ types = [], senders = [] }: { types?: ContentType[]; senders?: string[] }) => ({
  types: new Set(types),
  senders: new Set(senders),
});
const from = (from_user_id: unknown, type = 1) => readMessage({ from_user_id, item_list: [{ type }] });

describe('The filter', () => {
  test('lets everything through when nothing is chosen, garbage too', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (anything) => expect(passes(readMessage(anything), filter({}))).toBe(true)),
    );
  });

  test('lets exactly the chosen types through', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 3, 4, 5, 99),
        fc.subarray(['text', 'image', 'unknown'] as const),
        (type, types) => {
          const message = from('u', type);
          const expected =
            types.length === 0 || (types as ContentType[]).includes(contentTypeOf(message.items));
          expect(passes(message, filter({ types }))).toBe(expected);
        },
      ),
    );
  });

  test('compares senders letter by letter', () => {
    const senders = ['Ann@im.wechat'];
    expect(passes(from('Ann@im.wechat'), filter({ senders }))).toBe(true);
    expect(passes(from('ann@im.wechat'), filter({ senders }))).toBe(false);
    expect(passes(from('Ann@im.wechat2'), filter({ senders }))).toBe(false);
  });

  test.each([[undefined], [null], [7], [['Ann']]])('a sender that is %j is not on any list', (sender) => {
    expect(passes(from(sender), filter({ senders: ['Ann', '7'] }))).toBe(false);
  });

  test('both filters have to let a message through', () => {
    const both = filter({ types: ['image'], senders: ['Ann'] });
    expect(passes(from('Ann', 2), both)).toBe(true);
    expect(passes(from('Ann', 1), both)).toBe(false);
    expect(passes(from('Bob', 2), both)).toBe(false);
  });
});
