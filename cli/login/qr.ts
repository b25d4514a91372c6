import { create, toBuffer } from 'qrcode';

/** A code that WeChat reads from a screen: the smallest one, because a terminal has few lines. */
const CORRECTION = 'L';
/** Light modules around it. The standard wants four; two are what fits, and cameras find. */
const MARGIN = 2;

const BLACK_ON_WHITE = '\x1b[38;5;16;48;5;231m';
const RESET = '\x1b[0m';

export interface QrStyle {
  /** Draws black on white, whatever the terminal's own colours are. */
  color: boolean;
  /** Without colours: whether the terminal's background is light. */
  lightBackground?: boolean;
}

/**
 * A QR code in half blocks: two modules above each other per character.
 *
 * @returns its lines, and its width in columns
 */
export function drawQr(
  text: string,
  { color, lightBackground = false }: QrStyle,
): { lines: string[]; width: number } {
  const { modules } = create(text, { errorCorrectionLevel: CORRECTION });
  const { size } = modules;
  const isDark = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < size && y < size && modules.get(y, x) === 1;
  // The ink is what a character paints: black in colours and on a light background, light on a dark one.
  const inked = (x: number, y: number): boolean => isDark(x, y) === (color || lightBackground);
  const lines: string[] = [];
  for (let y = -MARGIN; y < size + MARGIN; y += 2) {
    let line = '';
    for (let x = -MARGIN; x < size + MARGIN; x++) line += halfBlock(inked(x, y), inked(x, y + 1));
    lines.push(color ? `${BLACK_ON_WHITE}${line}${RESET}` : line);
  }
  return { lines, width: size + 2 * MARGIN };
}

function halfBlock(top: boolean, bottom: boolean): string {
  if (top) return bottom ? '█' : '▀';
  return bottom ? '▄' : ' ';
}

/** A QR code as a PNG file. */
export function qrPng(text: string): Promise<Buffer> {
  return toBuffer(text, { errorCorrectionLevel: 'M', margin: 4, scale: 8 });
}
