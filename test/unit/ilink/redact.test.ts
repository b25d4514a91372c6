import fc from 'fast-check';

import { redact } from '../../../ilink/redact';

describe('redact', () => {
  it('masks the secrets that it is given', () => {
    expect(redact('bad token abc:123 here', ['abc:123'])).toBe('bad token *** here');
  });

  it('masks bearer tokens and values in query strings', () => {
    expect(redact('Authorization: Bearer xyz')).toBe('Authorization: Bearer ***');
    expect(redact('GET https://cdn/download?encrypted_query_param=ab%2F&filekey=99')).toBe(
      'GET https://cdn/download?encrypted_query_param=***&filekey=***',
    );
  });

  it('masks long opaque runs that it does not know', () => {
    expect(redact(`ticket ${'A1'.repeat(30)} expired`)).toBe('ticket *** expired');
  });

  it('leaves the words of an error alone', () => {
    expect(redact('ilink_user_id required')).toBe('ilink_user_id required');
  });

  it.each(['e', '16', 'user', 'text'])(
    'masks the short text "%s" where it is repeated, and not inside of words',
    (text) => {
      const said = `text_item of ilink_user_id exceeds 16384 bytes`;
      expect(redact(said, [text])).toBe(said);
      expect(redact(`bad "${text}", ${text}`, [text])).toBe('bad "***", ***');
    },
  );

  it('masks a short text of other characters everywhere, because it has no words around it', () => {
    expect(redact('不允许你好吗', ['你好'])).toBe('不允许***吗');
    expect(redact('no a+b here', ['a+b'])).toBe('no *** here');
  });

  it('makes one line of at most 300 characters', () => {
    const line = redact('word\n'.repeat(200));
    expect(line).not.toContain('\n');
    expect(line.length).toBeLessThanOrEqual(301);
  });

  it('never lets a secret through, wherever it stands', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 8 }), fc.string(), (before, secret, after) => {
        fc.pre(/\S{8}/.test(secret) && !secret.includes('*'));
        expect(redact(`${before}${secret}${after}`, [secret])).not.toContain(secret);
      }),
    );
  });
});
