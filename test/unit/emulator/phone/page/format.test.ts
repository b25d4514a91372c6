import * as fc from 'fast-check';

import {
  formatDuration,
  formatSize,
  kindOf,
  linkify,
  shortId,
} from '../../../../../emulator/phone/page/format';

describe('formatSize', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [9949, '9.9 kB'],
    [9950, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [104_857_600, '105 MB'],
    [5e12, '5000 GB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0:01'],
    [1499, '0:01'],
    [59_600, '1:00'],
    [63_000, '1:03'],
    [600_000, '10:00'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('shortId', () => {
  it('drops the domain of an id, and keeps an id without one', () => {
    expect(shortId('wx_Ab12@im.bot')).toBe('wx_Ab12');
    expect(shortId('plain')).toBe('plain');
    expect(shortId('@im.bot')).toBe('@im.bot');
  });
});

describe('kindOf', () => {
  it.each([
    ['a.png', 'image/png', 'image'],
    ['a.mp4', 'video/mp4', 'video'],
    ['a.pdf', 'application/pdf', 'file'],
    ['a.bin', '', 'file'],
    ['memo.SILK', '', 'voice'],
    ['song.mp3', 'audio/mpeg', 'file'],
  ])('sends %s (%s) as %s', (name, type, kind) => {
    expect(kindOf({ name, type })).toBe(kind);
  });
});

describe('linkify', () => {
  it('finds a link and leaves the punctuation behind it to the sentence', () => {
    expect(linkify('See https://a.example/x?y=1. Then (http://b.example/).')).toEqual([
      { text: 'See ' },
      { text: 'https://a.example/x?y=1', href: 'https://a.example/x?y=1' },
      { text: '. Then (' },
      { text: 'http://b.example/', href: 'http://b.example/' },
      { text: ').' },
    ]);
  });

  it('ends a link at Chinese punctuation', () => {
    expect(linkify('看https://a.example/路径。再见').map(({ text }) => text)).toEqual([
      '看',
      'https://a.example/路径',
      '。再见',
    ]);
  });

  it('links nothing but http and https', () => {
    for (const text of ['javascript:alert(1)', 'ftp://a.example', 'https://', 'data:text/html,x']) {
      expect(linkify(text)).toEqual([{ text }]);
    }
  });

  it('loses no character, whatever the text', () => {
    const pieces = fc.constantFrom('https://', 'http://a.example', ' ', '。', '.', ')', '\n', '<b>', '你');
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const segments = linkify(text);
        expect(segments.map((segment) => segment.text).join('')).toBe(text);
        for (const { href } of segments) if (href !== undefined) expect(href).toMatch(/^https?:\/\/./);
      }),
    );
  });
});
