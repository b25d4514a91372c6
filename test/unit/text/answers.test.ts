import { ANSWERS } from '../../support/texts/answers';
import { forWeChat, splitText, toPlain } from '../../support/texts/whole';

describe.each(ANSWERS)('An answer of a model: $title', ({ source, weChat }) => {
  it('is on the phone as it was meant', () => {
    expect(forWeChat(source)).toBe(weChat);
  });

  it('loses no word and no sign of a word through cuts', () => {
    for (const text of [weChat, toPlain(source)]) {
      const parts = splitText(text, { maxCharacters: 100 });
      for (const part of parts) expect(part.length).toBeLessThanOrEqual(100);
      const words = text.match(/[^\s`|]+/g) ?? [];
      const all = parts.join(' ').replace(/\s+/g, '');
      let position = 0;
      for (const word of words) {
        const at = all.indexOf(word, position);
        expect(at < 0 ? word : '').toBe('');
        position = at + word.length;
      }
    }
  });
});
