import { frameOf, outerPrefix, prefix } from '../../../text/frames';

describe('frameOf', () => {
  it('finds what stands around the content of a line', () => {
    expect(frameOf('> - a b  ', 'a b')).toEqual({ before: '> - ', after: '  ' });
    expect(frameOf('   a a', '  a a')).toEqual({ before: '   ', after: '' });
  });
});

describe('outerPrefix', () => {
  it('repeats quote signs and the place of list markers', () => {
    expect(outerPrefix('> 1. ')).toBe('>    ');
  });
});

describe('prefix', () => {
  it('is without markup in plain text', () => {
    expect(prefix('> * ', { markup: true, bold: true })).toBe('> * ');
    expect(prefix('> * ', { markup: false, bold: false })).toBe('* ');
  });
});
