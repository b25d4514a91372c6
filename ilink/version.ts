/**
 * The client version that we declare. Tencent raises the floor from time to time: below it the phone says
 * "please upgrade the OpenClaw interface version" at the scan. So it is one constant, and the credential can override it.
 * 2.4.9 is the version of Tencent's own client that this package was measured against.
 */
export const CLIENT_VERSION = '2.4.9';

/** How this package names itself to Tencent; for their logs only, user-agent grammar, ASCII, at most 256 bytes. */
export const BOT_AGENT = 'n8n-nodes-wechat-ilink/0.1.0';

const VERSION_PATTERN = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** Whether `version` has the form that {@link encodeClientVersion} takes: three numbers from 0 to 255. */
export function isClientVersion(version: string): boolean {
  const parts = VERSION_PATTERN.exec(version)?.slice(1) ?? [];
  return parts.length === 3 && parts.every((part) => Number(part) <= 255);
}

/**
 * The value of the header `iLink-App-ClientVersion`: `major<<16 | minor<<8 | patch` in decimal.
 *
 * @param version e.g. `2.4.9`, which gives `132105`
 * @throws RangeError when it is not three numbers from 0 to 255
 */
export function encodeClientVersion(version: string): string {
  if (!isClientVersion(version)) {
    throw new RangeError(`clientVersion ${version}`);
  }
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return String((major << 16) | (minor << 8) | patch);
}
