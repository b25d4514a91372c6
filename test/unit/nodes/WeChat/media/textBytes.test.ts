import { textKindOf } from '../../../../../nodes/WeChat/media/textBytes';

describe('textKindOf', () => {
  it.each([
    ['ASCII', Buffer.from('Get free coupons\r\n')],
    ['UTF-8', Buffer.from('月报 📈')],
    ['UTF-8 that ends within a letter', Buffer.from('月报').subarray(0, 5)],
    ['UTF-8 with its mark', Buffer.from('\ufeffabc')],
    ['UTF-16', Buffer.from('\ufeff月报\n', 'utf16le')],
    ['UTF-16 with the other order', Buffer.from('\ufeff月报\n', 'utf16le').swap16()],
    ['GB 18030', Buffer.from('d4c2b1a80a', 'hex')],
    ['Latin-1', Buffer.from('Grüße aus Köln. '.repeat(8), 'latin1')],
    ['a terminal with colours', Buffer.from('\u001b[31mred\u001b[0m')],
  ])('knows %s', (_charset, head) => expect(textKindOf(head)).toBe('plain'));

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a zero', Buffer.from('ab\0cd')],
    ['a picture', Buffer.from('ffd8ffe000104a464946', 'hex')],
    ['a film', Buffer.from('\0\0\0\x18ftypisom', 'latin1')],
    ['half of UTF-16', Buffer.from('fffe00', 'hex').subarray(0, 2).subarray(0, 1)],
  ])('knows that %s is none', (_what, head) => expect(textKindOf(head)).toBeUndefined());

  it.each([
    ['<!DOCTYPE html><p>', 'html'],
    ['\ufeff \n<!-- x -->\n<HTML lang="de">', 'html'],
    ['<?xml version="1.0"?><html xmlns="x">', 'html'],
    ['<svg width="1">', 'svg'],
    ['<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "a" "b">\n<svg>', 'svg'],
    ['<?php echo 1;', 'script'],
    ['#!/bin/sh\n', 'script'],
    ['a <html> b', 'plain'],
    ['<htmlish>', 'plain'],
  ])('tells what %j is', (text, kind) => expect(textKindOf(Buffer.from(text))).toBe(kind));
});
