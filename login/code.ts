import type { QrCodeReply } from '../ilink/wire';
import { LoginError } from './error';

/** Tencent's have about 100. At four times that the pattern is so fine that a phone does not read it from a screen. */
const LONGEST_URL_BYTES = 1_000;

/**
 * The code in a server's answer: what it is asked for with, and what is to be drawn.
 *
 * @throws LoginError when there is none, or one that cannot be drawn on every screen that shows one
 */
export function readCode({ qrcode, qrcode_img_content: url }: QrCodeReply): { qrcode: string; url: string } {
  if (typeof qrcode !== 'string' || typeof url !== 'string' || !qrcode || !url)
    throw new LoginError({ code: 'no_qr_code' });
  if (!isDrawable(url))
    throw new LoginError({ code: 'unusable_qr_code', facts: { bytes: Buffer.byteLength(url) } });
  return { qrcode, url };
}

function isDrawable(url: string): boolean {
  return url.isWellFormed() && !/[\p{Cc}\s]/u.test(url) && Buffer.byteLength(url) <= LONGEST_URL_BYTES;
}
