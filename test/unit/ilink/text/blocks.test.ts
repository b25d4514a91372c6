import { renderBlocks } from '../../../../ilink/text/blocks';
import { parseMarkdown } from '../../../../ilink/text/parser';

const render = (text: string): string => renderBlocks(parseMarkdown(text), { markup: true, bold: true });

describe('renderBlocks', () => {
  it('leaves what lies between the blocks as it is', () => {
    const text = '\n\n  a\n \n\n- \n\n***\n```\n\n';
    expect(render(text)).toBe(text);
  });

  it('drops lines that held nothing but tags, and no others', () => {
    expect(render('<div>\na\n<br>\nb\n</div>\nc')).toBe('a\nb\nc');
    expect(render('- <br>\n- a')).toBe('- \n- a');
  });

  it('copies what is nested deeper than the parser reads', () => {
    const deep = `${'> '.repeat(200)}text`;
    expect(render(deep)).toBe(deep);
  });
});
