import fc from 'fast-check';

import { InputProblem } from '../../../../../nodes/WeChat/shared/errors';
import { chooseRecipient } from '../../../../../nodes/WeChat/shared/recipient';

const NOBODY = { from_user_id: '', context_token: '' };
const NOT_SET = { to: '', contextToken: '' };
const incoming = { from_user_id: 'sender', context_token: 'token of the item' };

describe('The recipient', () => {
  test('is the one that is set, else the sender, else the owner', () => {
    const to = (wanted: string, from: string, owner: string) =>
      chooseRecipient({ ...NOT_SET, to: wanted }, { ...NOBODY, from_user_id: from }, owner).to;
    expect(to('set', 'sender', 'owner')).toBe('set');
    expect(to('', 'sender', 'owner')).toBe('sender');
    expect(to('', '', 'owner')).toBe('owner');
  });

  test('has to be somebody', () => {
    expect(() => chooseRecipient(NOT_SET, NOBODY, '')).toThrow(InputProblem);
  });

  test('comes with the token that is set and that of their own item', () => {
    const token = (contextToken: string, item: typeof incoming) =>
      chooseRecipient({ to: 'sender', contextToken }, item, '');
    expect(token('set', incoming)).toMatchObject({ contextToken: 'set', itemToken: 'token of the item' });
    expect(token('', incoming)).toEqual({ to: 'sender', itemToken: 'token of the item' });
    expect(token('', { ...incoming, context_token: '' })).toEqual({ to: 'sender' });
    expect(token('', NOBODY)).toEqual({ to: 'sender' });
  });

  test("never gets the token of somebody else's message", () => {
    const id = fc.constantFrom('Ann', 'ann', 'Bob', '');
    fc.assert(
      fc.property(id, id, id.filter(Boolean), (to, from_user_id, owner) => {
        const item = { from_user_id, context_token: `of ${from_user_id}` };
        const chosen = chooseRecipient({ to, contextToken: '' }, item, owner);
        expect([undefined, `of ${chosen.to}`]).toContain(chosen.itemToken);
      }),
    );
  });

  test('has no token at all when none is known, not an empty one', () => {
    expect(chooseRecipient(NOT_SET, NOBODY, 'owner')).toEqual({ to: 'owner' });
  });
});
