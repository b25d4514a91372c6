import { chooseContextToken } from '../../../../bot/send/context-token';

describe('chooseContextToken', () => {
  it.each([
    ['the one that is wanted, whatever is known', { wanted: 'w', fallback: 'f' }, 'newest', 'w'],
    ['the newest that is known before that of the item', { fallback: 'f' }, 'newest', 'newest'],
    ['that of the item when none is known', { fallback: 'f' }, undefined, 'f'],
    ['that of the item when the newest is empty', { fallback: 'f' }, '', 'f'],
    ['none when there is none', {}, '', undefined],
    ['the newest for whoever brings none', undefined, 'newest', 'newest'],
  ])('gives %s', (_what, contextTokens, newest, chosen) => {
    expect(chooseContextToken(contextTokens, newest)).toBe(chosen);
  });

  it('takes an empty one for none', () => {
    expect(chooseContextToken({ wanted: '', fallback: '' })).toBeUndefined();
  });
});
