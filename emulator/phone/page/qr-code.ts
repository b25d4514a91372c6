import decode from 'qr/decode.js';

/** A picture as a canvas gives it: four bytes for each pixel, row by row. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** How long a bad picture is looked at before it counts as one without a code. */
const LOOK_MS = 1500;

/** The text of the QR code somewhere in a picture; undefined when there is none that can be read. */
export function textInQrCode({ width, height, data }: Pixels): string | undefined {
  try {
    return decode({ width, height, data }, { timeLimit: LOOK_MS });
  } catch {
    // How the library says that it found none; a picture without a code is nothing unusual.
    return undefined;
  }
}
