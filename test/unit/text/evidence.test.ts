import { parseMarkdown } from '../../../text/parser';
import { evidenceOf } from '../../support/texts/whole';

const evidence = (text: string): { tags: string[]; entities: boolean } => {
  const { tags, entities } = evidenceOf(parseMarkdown(text).tokens);
  return { tags: [...tags].map(({ content }) => content), entities };
};

describe('evidenceOf', () => {
  it('matches tags over the blocks of a text', () => {
    expect(evidence('<div>\n\na <time>\n\n</div>').tags).toEqual(['<div>', '</div>']);
  });

  it('knows the cells of tables and the ends of lines', () => {
    expect(evidence('| a |\n|---|\n| b<br>c |').tags).toEqual(['<br>']);
    expect(evidence('a<br>\nb').tags).toEqual(['<br>']);
    expect(evidence('- <br>\n- a: <br>').tags).toEqual([]);
  });

  it('decodes entities of HTML, and of a text in which nothing is left to encode', () => {
    expect(evidence('<b>a</b> &lt;').entities).toBe(true);
    expect(evidence('a &lt; b &amp; https://a.b/?c&d').entities).toBe(true);
    expect(evidence('a &lt; b & c').entities).toBe(false);
    expect(evidence('&lt; is <').entities).toBe(false);
  });
});
