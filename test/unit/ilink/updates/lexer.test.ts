import fc from 'fast-check';

import { Lexer, MAX_DEPTH } from '../../../../ilink/updates/lexer';

/** How the lexer ends with a text, in steps of so many bytes. */
function lex(text: string, budget = 1_000_000): { state: string; lexer: Lexer } {
  const lexer = new Lexer(Buffer.from(text));
  lexer.start(0);
  for (;;) {
    const state = lexer.step(budget);
    if (state !== 'more') return { state, lexer };
  }
}
const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('Lexer', () => {
  it('takes what JSON.parse takes, to its last byte, whatever the steps', () =>
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.integer({ min: 1, max: 9 }), (text, budget) => {
        const { state, lexer } = lex(text, budget);
        expect([state, lexer.at]).toEqual(['done', Buffer.byteLength(text)]);
      }),
    ));

  it('never calls done what JSON.parse refuses', () =>
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom(...'{}[]",:\\0-.ex '), (text, at, char) => {
        const place = at % text.length;
        const broken = text.slice(0, place) + char + text.slice(place + 1);
        fc.pre(broken.trimStart() === broken);
        const { state, lexer } = lex(broken);
        if (state === 'done') expect(isJson(Buffer.from(broken).subarray(0, lexer.at).toString())).toBe(true);
      }),
    ));

  it.each([
    '01',
    '1.',
    '-',
    '1e',
    '.5',
    'tru',
    'nul',
    '{"a"}',
    '{"a":}',
    '{,}',
    '[1,]',
    '"\\x"',
    '"\\u12"',
    '"open',
    '{',
  ])('%s is bad', (text) => expect(lex(text).state).toBe('bad'));

  it('says that it goes too deep, and ends a value that goes deeper than it looks at', () => {
    const deep = MAX_DEPTH + 1_000;
    const { state, lexer } = lex(`${'['.repeat(deep)}"]"${']'.repeat(deep)} `);
    expect([state, lexer.at, lexer.deepest > MAX_DEPTH]).toEqual(['done', 2 * deep + 3, true]);
  });

  it('says that texts hold raw control characters', () =>
    expect(['"a\nb"', '"a b"', '[ \n1]'].map((text) => lex(text).lexer.hasControls)).toEqual([
      true,
      false,
      false,
    ]));
});
