import fc from 'fast-check';

import { InputProblem } from '../../../../../nodes/WeChat/shared/errors';
import { chooseRecipient } from '../../../../../nodes/WeChat/shared/recipient';

const NOBODY = {};
const NOT_SET = { to: '', contextToken: '' };
const incoming = { fromUserId: 'sender', contextToken: 'token of the item' };

describe('The recipient', () => {
  test('is the one that is set, else the sender, else the owner', () => {
    const to = (wanted: string, from: string, owner: string) =>
      chooseRecipient({ ...NOT_SET, to: wanted }, { ...NOBODY, fromUserId: from }, owner).to;
    expect(to('set', 'sender', 'owner')).toBe('set');
    expect(to('', 'sender', 'owner')).toBe('sender');
    expect(to('', '', 'owner')).toBe('owner');
  });

  test('has to be somebody', () => {
    expect(() => chooseRecipient(NOT_SET, NOBODY, '')).toThrow(InputProblem);
  });

  test('comes with the token that is set and that of their own item', () => {
    const token = (contextToken: string, item: Partial<typeof incoming>) =>
      chooseRecipient({ to: 'sender', contextToken }, item, '');
    expect(token('set', incoming)).toMatchObject({
      contextToken: { wanted: 'set', fallback: 'token of the item' },
    });
    expect(token('', incoming)).toEqual({
      to: 'sender',
      contextToken: { fallback: 'token of the item' },
    });
    expect(token('', { fromUserId: 'sender' })).toEqual({ to: 'sender', contextToken: {} });
    expect(token('', NOBODY)).toEqual({ to: 'sender', contextToken: {} });
  });

  test("never gets the token of somebody else's message", () => {
    const id = fc.constantFrom('Ann', 'ann', 'Bob', '');
    fc.assert(
      fc.property(id, id, id.filter(Boolean), (to, fromUserId, owner) => {
        const item = { fromUserId, contextToken: `of ${fromUserId}` };
        const chosen = chooseRecipient({ to, contextToken: '' }, item, owner);
        expect([undefined, `of ${chosen.to}`]).toContain(chosen.contextToken.fallback);
      }),
    );
  });

  test('has no token at all when none is known, not an empty one', () => {
    expect(chooseRecipient(NOT_SET, NOBODY, 'owner')).toEqual({ to: 'owner', contextToken: {} });
  });
});
