import { findChromium } from '../../../tools/browser';

describe('findChromium', () => {
  it('takes the path in CHROMIUM_PATH before any other', () => {
    expect(findChromium({ CHROMIUM_PATH: '/opt/chrome' }, () => true)).toBe('/opt/chrome');
  });

  it('says so when CHROMIUM_PATH names nothing', () => {
    expect(() => findChromium({ CHROMIUM_PATH: '/opt/chrome' }, () => false)).toThrow(
      /CHROMIUM_PATH names \/opt\/chrome/,
    );
  });

  it('takes the first browser that is installed', () => {
    expect(findChromium({}, (path) => path === '/usr/bin/google-chrome')).toBe('/usr/bin/google-chrome');
  });

  it('says how to get one when there is none', () => {
    expect(() => findChromium({}, () => false)).toThrow(/apt install chromium/);
  });
});
