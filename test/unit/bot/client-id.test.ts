import { isOwnClientId, newClientId } from '../../../bot/client-id';

describe('isOwnClientId', () => {
  it('knows every id that was given out', () => {
    for (let n = 0; n < 100; n++) expect(isOwnClientId(newClientId())).toBe(true);
  });

  it.each(['phone:1764000000000-ab12cd', '', 'n8n-', 'n8n-something', `x${newClientId()}`, undefined])(
    'is false for %p',
    (id) => expect(isOwnClientId(id)).toBe(false),
  );
});
