/**
 * Reads a file name that came through a mail, a header or an address, where letters beyond ASCII are written in other ways: encoded
 * words (RFC 2047), bytes of UTF-8 that were read as Latin-1, and percent signs. A name that is written plainly stays as it is.
 */
export function decodeName(name: string): string {
  return decodePercent(asUtf8(decodeWords(name)));
}

/** `=?charset*language?B or Q?text?=`; white space between two of them does not count. */
const WORD = /=\?([\w.:-]+)(?:\*[\w-]*)?\?([bq])\?([^?\s]*)\?=/i;
const WORDS = new RegExp(`${WORD.source}(?:\\s*${WORD.source.replace(/\((?!\?)/g, '(?:')})*`, 'gi');

function decodeWords(name: string): string {
  return name.replace(WORDS, (run) => {
    const words = [...run.matchAll(new RegExp(WORD, 'gi'))].map(
      ([, charset = '', encoding = '', text = '']) => ({
        charset: charset.toLowerCase(),
        bytes: encoding.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : bytesOfQ(text),
      }),
    );
    return decodeRuns(words) ?? run;
  });
}

/** Senders cut their words in the middle of a letter, so those of one charset are put together first. */
function decodeRuns(words: Array<{ charset: string; bytes: Buffer }>): string | undefined {
  const runs: typeof words = [];
  for (const { charset, bytes } of words) {
    const last = runs.at(-1);
    if (last?.charset === charset) last.bytes = Buffer.concat([last.bytes, bytes]);
    else runs.push({ charset, bytes });
  }
  try {
    return runs.map(({ charset, bytes }) => new TextDecoder(charset).decode(bytes)).join('');
  } catch {
    // A charset that nobody knows: the name stays as it was sent.
    return undefined;
  }
}

function bytesOfQ(text: string): Buffer {
  const latin1 = text
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(latin1, 'latin1');
}

/** Node reads headers as Latin-1. Where the bytes are valid UTF-8 beyond ASCII, they were meant as that. */
function asUtf8(name: string): string {
  if (!/^[\u0000-\u00ff]*$/.test(name)) return name;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(name, 'latin1'));
  } catch {
    return name;
  }
}

/** What stands for a letter, a space or a sign; a percent sign and what would make a folder stay, so that nothing is read twice. */
const PERCENT = /(?:%(?:[89a-f][0-9a-f]|[2-7][0-9a-f]))+/gi;

function decodePercent(name: string): string {
  return name.replace(PERCENT, (run) => {
    try {
      const decoded = decodeURIComponent(run);
      return /[%/\\\u007f]/.test(decoded) ? run : decoded;
    } catch {
      return run;
    }
  });
}
