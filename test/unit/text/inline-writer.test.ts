import { InlineWriter, target } from '../../../text/inline-writer';

describe('InlineWriter', () => {
  it('writes the address of a link after its text, also over lines and inside of another link', () => {
    const writer = new InlineWriter();
    writer.openLink('/outer', '', false);
    writer.write('a');
    writer.endLine(1);
    writer.openLink('/inner', 'T', true);
    writer.write('b');
    writer.closeLink(false);
    expect(writer.finish().map(({ text }) => text)).toEqual(['a', 'b (/inner "T") (/outer)']);
  });

  it('ends the link of a tag where the next one begins', () => {
    const writer = new InlineWriter();
    for (const href of ['/a', '/b']) {
      writer.openLink(href, '', true);
      writer.write(href.slice(1));
    }
    expect(writer.finish()[0]?.text).toBe('a (/a)b (/b)');
  });

  it('writes no address that is the text', () => {
    const writer = new InlineWriter();
    for (const href of ['mailto:a@b.c', 'a@b.c']) {
      writer.openLink(href, '', false);
      writer.write('a@b.c');
      writer.closeLink(false);
      writer.addLine();
    }
    expect(writer.finish().map(({ text }) => text)).toEqual(['a@b.c', 'a@b.c', '']);
  });
});

describe('target', () => {
  it('has the title in quotes', () => {
    expect([target('u', ''), target('u', 't'), target('', 't')]).toEqual(['u', 'u "t"', '"t"']);
  });
});
