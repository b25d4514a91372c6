import type { Out } from './io';

const ERASE_LINE = '\r\x1b[2K';
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;
const NO_ROOM = /\x1b\[[0-9;]*m/g;

/**
 * A terminal with one line at the bottom that is rewritten in place, and a mark up to which everything can be taken back, so
 * that a QR code that has expired does not stay in front of the camera.
 */
export class Screen {
  private rowsSinceMark = 0;
  private hasStatus = false;

  constructor(private readonly out: Out) {}

  /** Writes a line above the status. */
  line(text = ''): void {
    this.endStatus();
    this.out.write(`${text}\n`);
    this.rowsSinceMark += this.rowsOf(text);
  }

  /** Rewrites the bottom line; what does not fit is cut, or it could not be rewritten. */
  status(text: string): void {
    this.out.write(ERASE_LINE + text.slice(0, this.columns - 1));
    this.hasStatus = true;
  }

  endStatus(): void {
    if (this.hasStatus) this.out.write(ERASE_LINE);
    this.hasStatus = false;
  }

  /** A line that somebody else wrote: a question with its answer. */
  foreignLine(text: string): void {
    this.rowsSinceMark += this.rowsOf(text);
  }

  mark(): void {
    this.rowsSinceMark = 0;
  }

  /** Takes back what was written since the mark. What has scrolled away stays; then everything does. */
  eraseToMark(): void {
    this.endStatus();
    const rows = this.rowsSinceMark;
    if (rows > 0 && rows < (this.out.rows ?? DEFAULT_ROWS)) this.out.write(`\x1b[${rows}A\x1b[0J`);
    this.rowsSinceMark = 0;
  }

  get columns(): number {
    return this.out.columns || DEFAULT_COLUMNS;
  }

  private rowsOf(text: string): number {
    const width = text.replace(NO_ROOM, '').length;
    return Math.max(1, Math.ceil(width / this.columns));
  }
}
