import { languageOf, PROBLEMS_ZH, TEXTS } from '../../../../../nodes/WeChat/texts';

describe('languageOf', () => {
  it.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['zh-TW', 'zh'],
    ['en-US,en;q=0.9,zh;q=0.8', 'en'],
    ['de-DE,de;q=0.9,zh-CN;q=0.5', 'zh'],
    ['en;q=0.3, zh;q=0.7', 'zh'],
    ['zh;q=0, en;q=0.1', 'en'],
    ['de', 'en'],
    ['', 'en'],
    [undefined, 'en'],
    ['zhx, ;;;q=', 'en'],
  ])('%s is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});

describe('TEXTS', () => {
  it('say the same in both languages: every text is there, with the same places to fill in', () => {
    const places = (text: string): string[] => text.match(/\{\w+\}/g)?.sort() ?? [];
    expect(Object.keys(TEXTS.zh)).toEqual(Object.keys(TEXTS.en));
    for (const [name, text] of Object.entries(TEXTS.en)) {
      const chinese = TEXTS.zh[name as keyof typeof TEXTS.zh];
      expect([name, places(chinese)]).toEqual([name, places(text)]);
      expect(chinese).toMatch(/\p{Script=Han}/u);
      expect(text).not.toMatch(/\p{Script=Han}/u);
    }
    for (const [message, next] of Object.values(PROBLEMS_ZH)) {
      expect(message).toMatch(/\p{Script=Han}/u);
      expect(next).toMatch(/。$/);
    }
  });
});
