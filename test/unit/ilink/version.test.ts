import { BOT_AGENT, CLIENT_VERSION, encodeClientVersion, isClientVersion } from '../../../ilink/version';
import packageJson from '../../../package.json';

describe('the client version', () => {
  it('is encoded as major<<16 | minor<<8 | patch in decimal', () => {
    expect(encodeClientVersion('2.4.9')).toBe('132105');
    expect(encodeClientVersion('1.0.11')).toBe('65547');
    expect(encodeClientVersion('255.255.255')).toBe('16777215');
  });

  it.each(['', '2.4', '2.4.9.1', '2.4.256', 'v2.4.9', '2.4.x', ' 2.4.9'])('is refused as "%s"', (version) => {
    expect(isClientVersion(version)).toBe(false);
    expect(() => encodeClientVersion(version)).toThrow(RangeError);
  });

  it('that is built in can be encoded', () => {
    expect(isClientVersion(CLIENT_VERSION)).toBe(true);
  });
});

describe('the bot agent', () => {
  it('names this package with its version, in ASCII and under 256 bytes', () => {
    expect(BOT_AGENT).toBe(`${packageJson.name}/${packageJson.version}`);
    expect(BOT_AGENT).toMatch(/^[\x20-\x7e]{1,256}$/);
  });
});
