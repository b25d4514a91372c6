import { join } from 'node:path';

import { build } from 'esbuild';
import { create } from 'qrcode';

interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

let textInQrCode: (picture: Pixels) => string | undefined;

beforeAll(async () => {
  // The decoder is an ES module, which jest cannot load. Bundled as for the browser, and as CommonJS, it can.
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, '../../../../../emulator/phone/page/qr-code.ts')],
    bundle: true,
    write: false,
    format: 'cjs',
  });
  const module = { exports: {} as { textInQrCode: typeof textInQrCode } };
  new Function('module', 'exports', outputFiles[0]!.text)(module, module.exports);
  ({ textInQrCode } = module.exports);
});

/** A QR code on a plain ground; `left` and `top` say where on it, `scale` how many pixels a module has. */
function picture(text: string, { width = 400, height = 400, left = 40, top = 40, scale = 6 } = {}): Pixels {
  const { modules } = create(text);
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < modules.size * scale; y++) {
    for (let x = 0; x < modules.size * scale; x++) {
      if (!modules.get(Math.floor(y / scale), Math.floor(x / scale))) continue;
      data.fill(0, ((top + y) * width + left + x) * 4, ((top + y) * width + left + x) * 4 + 3);
    }
  }
  return { width, height, data };
}

const URL_OF_A_LOGIN = 'http://127.0.0.1:40003/q/hT0ZpGm1y9x1Zk2_mQ8v4wA0o3cJb5rE?bot_type=3';

describe('textInQrCode', () => {
  it('reads the URL of a login', () => {
    expect(textInQrCode(picture(URL_OF_A_LOGIN))).toBe(URL_OF_A_LOGIN);
  });

  it('finds the code in a screenshot of a whole page', () => {
    const screenshot = picture(URL_OF_A_LOGIN, { width: 1400, height: 900, left: 620, top: 330, scale: 4 });
    expect(textInQrCode(screenshot)).toBe(URL_OF_A_LOGIN);
  });

  it('says that there is none in a picture without one', () => {
    const width = 300;
    const data = new Uint8ClampedArray(width * width * 4).map((_, i) => (i * 7919) % 251);
    expect(textInQrCode({ width, height: width, data })).toBeUndefined();
  });

  it('says that there is none in a code of which a finder is gone', () => {
    const torn = picture(URL_OF_A_LOGIN);
    torn.data.fill(255, 0, torn.width * 90 * 4);
    expect(textInQrCode(torn)).toBeUndefined();
  });
});
