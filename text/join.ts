import { findFences, type Fence } from './fences';

/** A quote, an item of a list, or a row of a table: the line below it would become a part of it. */
const GOES_ON = /^\s*(?:>|[-*+•]\s|\d{1,9}[.)]\s)|\|/;

/**
 * A text that grows downwards, part by part. None of the parts becomes a piece of a list, a quote or a table of the one before. Each is
 * looked at once, however long the text is already.
 */
export class GrowingText {
  private lastLine = '';
  /** The code block that is open at the end. */
  private fence: Fence | undefined;

  constructor(public text: string) {
    this.noteEnd(text);
  }

  /** What stands above the part when it is added. */
  gapBefore(part: string): string {
    const firstLine = part.split('\n', 1)[0] ?? '';
    const needsBlankLine =
      this.fence === undefined && (GOES_ON.test(this.lastLine) || GOES_ON.test(firstLine));
    return needsBlankLine ? '\n\n' : '\n';
  }

  add(part: string): void {
    this.text += this.gapBefore(part) + part;
    this.noteEnd(part);
  }

  /** The text, with the code block closed that is open at its end, so that what comes below is none of it. */
  get closed(): string {
    if (!this.fence) return this.text;
    // A line feed at the end of the text is the end of a line of code.
    return this.text.replace(/\n$/, '') + this.fence.close;
  }

  private noteEnd(part: string): void {
    this.lastLine = part.slice(part.lastIndexOf('\n') + 1);
    const last = findFences((this.fence?.open ?? '') + part).at(-1);
    this.fence = last && last.to === last.end ? last : undefined;
  }
}
