import { renderBlocks } from '../../../text/blocks';
import { parseMarkdown } from '../../../text/parser';
import { evidenceOf, finish } from '../../support/texts/whole';

function render(text: string): string {
  const document = parseMarkdown(text);
  return finish(renderBlocks(document, { markup: true, bold: true, evidence: evidenceOf(document.tokens) }));
}

describe('renderBlocks', () => {
  it('leaves what lies between the blocks as it is', () => {
    const text = '\n\n  a\n \n\n- \n\n***\n```\n\n';
    expect(render(text)).toBe(text);
  });

  it('drops lines that held nothing but tags, and no others', () => {
    expect(render('<div>\na\n<br>\nb\n</div>\nc')).toBe('a\nb\nc');
    expect(render('- <br/>\n- a')).toBe('- \n- a');
  });

  it('copies what is nested deeper than the parser reads', () => {
    const deep = `${'> '.repeat(200)}text`;
    expect(render(deep)).toBe(deep);
  });
});
