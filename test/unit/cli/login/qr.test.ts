import jsQR from 'jsqr';
import { PNG } from 'pngjs';

import { drawQr, qrPng } from '../../../../cli/login/qr';

const URL_TO_DRAW =
  'https://liteapp.weixin.qq.com/q/7GiQu1?qrcode=0123456789abcdef0123456789abcdef&bot_type=3';

describe('drawQr', () => {
  it('fits into a terminal of 80 columns and 24 rows, with room for a sentence and the countdown', () => {
    const { lines, width } = drawQr(URL_TO_DRAW, { color: false });
    expect(width).toBeLessThan(80);
    expect(lines.length).toBeLessThanOrEqual(22);
    expect(new Set(lines.map(({ length }) => length))).toEqual(new Set([width]));
  });

  it('is the negative on a dark background of what it is on a light one', () => {
    const negative: Record<string, string> = { '█': ' ', ' ': '█', '▀': '▄', '▄': '▀' };
    const dark = drawQr(URL_TO_DRAW, { color: false }).lines.slice(1, -1);
    const light = drawQr(URL_TO_DRAW, { color: false, lightBackground: true }).lines.slice(1, -1);
    expect(light.map((line) => line.replace(/[█ ▀▄]/g, (block) => negative[block] ?? ''))).toEqual(dark);
  });

  it('ends the colours in the line in which they begin', () => {
    for (const line of drawQr(URL_TO_DRAW, { color: true }).lines)
      expect(line).toMatch(/^\x1b\[38;5;16;48;5;231m[█ ▀▄]+\x1b\[0m$/);
  });
});

describe('qrPng', () => {
  it('is a picture that says the address', async () => {
    const { data, width, height } = PNG.sync.read(await qrPng(URL_TO_DRAW));
    expect(jsQR(new Uint8ClampedArray(data), width, height)?.data).toBe(URL_TO_DRAW);
  });
});
