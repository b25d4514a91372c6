import { createHash } from 'node:crypto';

import { wireQuote } from '../../../emulator/quotes';
import type { SeenMessage } from '../../../emulator';

const TEXT = 'one two three one two three, 猫猫';
const seen = [{ message_id: '7', text: TEXT }] as SeenMessage[];
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

describe('wireQuote', () => {
  it('leaves a quote of a whole message as it is', () => {
    expect(wireQuote({ svr_id: '7' }, seen, 'message')).toEqual({ svr_id: '7' });
    expect(wireQuote({ message_item: { type: 1 }, title: 'a' }, [], 'part')).toEqual({
      message_item: { type: 1 },
      title: 'a',
    });
  });

  it('names a part by its edges and their occurrences, never by its text', () => {
    expect(wireQuote({ svr_id: '7', part: 'three one two' }, seen, 'message')).toEqual({
      svr_id: '7',
      partial_text: {
        start: 'three on',
        end: ' one two',
        startindex: 0,
        endindex: 0,
        quotemd5: md5('three one two'),
      },
    });
    const short = wireQuote({ svr_id: '7', part: '猫' }, seen, 'message');
    expect(short).toMatchObject({ partial_text: { start: '猫', end: '猫', startindex: 0, endindex: 0 } });
  });

  it('counts the end from the message, or from the start of the part', () => {
    const part = 'two three one two three';
    expect(wireQuote({ svr_id: '7', part }, seen, 'message')).toMatchObject({
      partial_text: { start: 'two thre', end: 'wo three', startindex: 0, endindex: 1 },
    });
    expect(wireQuote({ svr_id: '7', part }, seen, 'part')).toMatchObject({
      partial_text: { start: 'two thre', end: 'wo three', startindex: 0, endindex: 0 },
    });
  });

  it('refuses what a phone cannot mark', () => {
    expect(() => wireQuote({ svr_id: '8', part: 'one' }, seen, 'message')).toThrow('no message');
    expect(() => wireQuote({ svr_id: '7', part: 'four' }, seen, 'message')).toThrow('no such part');
    expect(() => wireQuote({ svr_id: '7', part: '' }, seen, 'message')).toThrow('no such part');
  });
});
