import { findFences, lineEnd, type Fence } from './fences';

/** A quote, an item of a list, or a row of a table: the line below it would become a part of it. */
const GOES_ON = /^\s*(?:>|[-*+•]\s|\d{1,9}[.)]\s)|\|/;

/**
 * A text that grows: parts of one text, one below the other, and several texts with a blank line between. No part becomes a piece
 * of a list, a quote, a table or a code block of another text. To add a part takes time in proportion to that part.
 */
export class JoinedText {
  private joined = '';
  private isBegun = false;
  private lastLine = '';
  /** The opening line of the code block that is open at the end. */
  private opening: string | undefined;

  get text(): string {
    return this.joined;
  }

  /** Begins another text, or the first one. An open code block of the one before ends with it. */
  begin(text: string): void {
    if (this.opening !== undefined) this.joined = closed(this.joined, findFences(this.opening).at(-1)!);
    this.opening = undefined;
    this.append(this.isBegun ? `\n\n${text}` : text, text);
    this.isBegun = true;
  }

  /** Adds a part to the text that was begun last. Neither becomes a piece of a list, a quote or a table of the other. */
  add(part: string): void {
    const first = part.slice(0, lineEnd(part, 0));
    const isInCode = this.opening !== undefined;
    const needsBlankLine = !isInCode && (GOES_ON.test(this.lastLine) || GOES_ON.test(first));
    this.append(`${needsBlankLine ? '\n\n' : '\n'}${part}`, part);
  }

  private append(piece: string, part: string): void {
    // Whether code is open at the end of a line depends on nothing before it but the line that opened it.
    const tail = this.opening === undefined ? part : `${this.opening}\n${part}`;
    const fence = findFences(tail).at(-1);
    const isOpen = fence !== undefined && fence.to === fence.end;
    this.opening = isOpen ? tail.slice(fence.start, lineEnd(tail, fence.start)) : undefined;
    this.lastLine = part.slice(part.lastIndexOf('\n') + 1);
    this.joined += piece;
  }
}

/** A line feed at the end of the text is the end of a line of code. */
function closed(text: string, { close }: Fence): string {
  return text.replace(/\n$/, '') + close;
}
