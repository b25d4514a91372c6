/** One line of rendered text. */
export interface InlineLine {
  text: string;
  /** The line of the source that it comes from, counted from the first line of the block. */
  source: number;
  /** Whether markup such as `<br>` started this line, and not a line break of the source. */
  added: boolean;
}

interface OpenLink {
  href: string;
  title: string;
  line: number;
  piece: number;
  tag: boolean;
}

/** Collects rendered text line by line, and knows the text of the links that are open. */
export class InlineWriter {
  private readonly finished: InlineLine[] = [];
  private readonly links: OpenLink[] = [];
  private pieces: string[] = [];
  private source = 0;
  private added = false;

  write(text: string): void {
    if (text !== '') this.pieces.push(text);
  }

  /** Ends the line where the source ends one. */
  endLine(nextSource: number): void {
    this.start(nextSource, false);
  }

  /** Ends the line because of markup. */
  addLine(): void {
    this.start(this.source, true);
  }

  /** Whether anything stands on the line. */
  hasText(): boolean {
    return this.pieces.some((piece) => piece.trim() !== '');
  }

  /** @param tag whether an `<a>` of HTML opens it, which ends the `<a>` before it */
  openLink(href: string, title: string, tag: boolean): void {
    if (tag) this.closeLink(true);
    this.links.push({ href, title, tag, line: this.finished.length, piece: this.pieces.length });
  }

  /** Ends the link that was opened last. The end of a link of Markdown also ends the `<a>` inside of it. */
  closeLink(tag: boolean): void {
    const link = this.links.at(-1);
    if (link === undefined || (tag && !link.tag)) return;
    this.links.pop();
    this.writeTarget(link);
    if (!tag && link.tag) this.closeLink(false);
  }

  /** The lines, after closing what is still open. */
  finish(): InlineLine[] {
    while (this.links.length > 0) this.closeLink(false);
    this.start(this.source, false);
    return this.finished;
  }

  private start(source: number, added: boolean): void {
    this.finished.push({ text: this.pieces.join(''), source: this.source, added: this.added });
    this.pieces = [];
    this.source = source;
    this.added = added;
  }

  /** Writes the address of a link, unless its text is the address. */
  private writeTarget(link: OpenLink): void {
    const { href, title } = link;
    const text = this.textSince(link);
    if (text === '') this.write(target(href, title));
    else if (href !== '' && href !== text && href !== `mailto:${text}`)
      this.write(` (${target(href, title)})`);
  }

  private textSince({ line, piece }: OpenLink): string {
    if (line === this.finished.length) return this.pieces.slice(piece).join('').trim();
    // A link's text over several lines is never its address; that there is some is all that matters.
    return (
      [...this.finished.slice(line + 1).map(({ text }) => text), this.pieces.join('')].join(' ').trim() || ' '
    );
  }
}

/** `address "title"` */
export function target(href: string, title: string): string {
  return title === '' ? href : `${href} "${title}"`.trim();
}
