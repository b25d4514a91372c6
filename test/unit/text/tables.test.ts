import { MAX_TABLE_WIDTH } from '../../../text/tables';
import { forWeChat } from '../../support/texts/whole';

const table = (cell: string): string => `| a | b |\n|---|---|\n| 1 | ${cell} |`;

describe('tables', () => {
  it('stay tables up to the width of a phone, and become lists above it', () => {
    // Each column takes three more for its bar, and the first has one character.
    const widest = MAX_TABLE_WIDTH - 7;
    expect(forWeChat(table('x'.repeat(widest)))).toBe(table('x'.repeat(widest)));
    expect(forWeChat(table('x'.repeat(widest + 1)))).toBe(`- a: 1\n  - b: ${'x'.repeat(widest + 1)}`);
  });

  it('count a Chinese character for two', () => {
    expect(forWeChat(table('中'.repeat(14)))).toContain('|');
    expect(forWeChat(table('中'.repeat(15)))).not.toContain('|');
  });

  it('measure what is shown, not what is written', () => {
    expect(forWeChat(table('[x](https://example.com/a/long/address)'))).toBe(
      '- a: 1\n  - b: x (https://example.com/a/long/address)',
    );
  });

  it('keep their place in a list', () => {
    const wide = 'wide '.repeat(10).trim();
    expect(forWeChat(`1. | ${wide} | b |\n   |---|---|\n   | 1 | *中* |`)).toBe(
      `1. - ${wide}: 1\n     - b: 中`,
    );
  });
});
