/** Box headers: four bytes of size, four of type; a size of 1 is followed by eight more, 0 means "to the end". */
const HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;
/** `hdlr`, version and flags, four bytes that were once used, and the kind of the track. */
const HANDLER = Buffer.from('hdlr');
const KIND_OFFSET = 12;
const HANDLER_BYTES = KIND_OFFSET + 4;

/**
 * Finds out which tracks a file of the MP4 family has while it passes: its beginning does not tell audio from video, and phones write
 * the list of tracks (`moov`) at the end. Everything else of the file is skipped. (ISO/IEC 14496-12.)
 */
export class TrackFinder {
  /** Kinds of tracks: `vide`, `soun`, … */
  private readonly found = new Set<string>();
  /** Of the header that is being read, or the end of the list of tracks that was read. */
  private pending: Buffer = Buffer.alloc(0);
  private inTracks = false;
  /** Bytes of the present box that are still to come. */
  private left = 0;
  private isOver = false;

  /** Takes the next piece of the file. */
  add(piece: Buffer): void {
    for (let rest = piece; rest.length > 0 && !this.isOver;)
      rest = this.left > 0 ? this.pass(rest) : this.header(rest);
  }

  /** The kinds of its tracks; nothing when it is no such file, or has no list of them. */
  result(): ReadonlySet<string> | undefined {
    return this.found.size > 0 ? this.found : undefined;
  }

  private header(rest: Buffer): Buffer {
    const wanted = this.pending.length >= HEADER_BYTES ? LONG_HEADER_BYTES : HEADER_BYTES;
    const take = rest.subarray(0, wanted - this.pending.length);
    this.pending = Buffer.concat([this.pending, take]);
    if (this.pending.length === wanted) this.begin(this.pending);
    return rest.subarray(take.length);
  }

  private begin(header: Buffer): void {
    const short = header.readUInt32BE(0);
    if (short === 1 && header.length < LONG_HEADER_BYTES) return;
    const size = short === 1 ? Number(header.readBigUInt64BE(HEADER_BYTES)) : short;
    const type = header.toString('latin1', 4, HEADER_BYTES);
    this.isOver = size !== 0 && size < header.length;
    this.left = size === 0 ? Infinity : size - header.length;
    this.inTracks = type === 'moov';
    this.pending = Buffer.alloc(0);
  }

  private pass(rest: Buffer): Buffer {
    const part = rest.subarray(0, Math.min(this.left, rest.length));
    this.left -= part.length;
    if (this.inTracks) this.look(Buffer.concat([this.pending, part]));
    if (this.left === 0) {
      this.isOver = this.inTracks;
      this.pending = Buffer.alloc(0);
    }
    return rest.subarray(part.length);
  }

  private look(bytes: Buffer): void {
    for (let at = bytes.indexOf(HANDLER); at >= 0; at = bytes.indexOf(HANDLER, at + 1)) {
      const kind = bytes.toString('latin1', at + KIND_OFFSET, at + HANDLER_BYTES);
      if (kind.length === 4) this.found.add(kind);
    }
    this.pending = Buffer.from(bytes.subarray(Math.max(0, bytes.length - HANDLER_BYTES + 1)));
  }
}
