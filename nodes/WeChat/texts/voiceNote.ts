import type { DecodedVoice } from '../../../ilink/media/silk';

/** What somebody should know of a file that is there all the same. */
export interface FileNote {
  note: string;
  /** What can be done. */
  description: string;
}

const AS_IT_CAME = 'With "Voice Format" set to SILK you get the recording as it came.';

/** What of a voice message could not be decoded; nothing when all of it was. */
export function noteOf({ durationMs, undecoded }: Omit<DecodedVoice, 'wav'>): FileNote | undefined {
  if (!undecoded) return undefined;
  const bytes = undecoded.bytes === 1 ? '1 byte' : `${undecoded.bytes} bytes`;
  const seconds = (durationMs / 1_000).toFixed(1);
  switch (undecoded.kind) {
    case 'stray':
      return {
        note: `The voice message is complete; ${bytes} behind its end could not be decoded`,
        description: 'Many recordings end like that, and nothing is to be done.',
      };
    case 'cut':
      return {
        note: `The end of the voice message is cut off: ${bytes} of its last moment are missing`,
        description: `It was decoded as far as it goes (${seconds} s). ${AS_IT_CAME}`,
      };
    case 'damaged':
      return {
        note: `Only the first ${seconds} s of the voice message could be decoded`,
        description: `What comes behind them (${bytes}) is damaged. ${AS_IT_CAME}`,
      };
  }
}
