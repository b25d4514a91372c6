import { findSpans, SpanReader } from '../../../text/spans';
import { finish } from '../../support/texts/whole';

const spans = (text: string): string[] =>
  finish(findSpans(text)).map(({ start, end }) => text.slice(start, end));

describe('findSpans', () => {
  it('finds emphasis and code at their places, also in quotes and lists and over lines', () => {
    const text = 'a **b** `c`\n\n> - *d*\n>   **e\n>   f** ``g`h``';
    expect(spans(text)).toEqual(['**b**', '`c`', '*d*', '**e\n>   f**', '``g`h``']);
    expect(spans('***a***')).toEqual(['***a***', '**a**']);
  });
});

describe('SpanReader', () => {
  it('says what a cut needs', () => {
    const reader = new SpanReader(finish(findSpans('a **b *c* d** e')), 50);
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13].map((offset) => reader.at(offset))).toEqual([
      undefined,
      undefined,
      'marker',
      'marker',
      { open: '**', close: '**' },
      { open: '**', close: '**' },
      'marker',
      'marker',
      { open: '**', close: '**' },
      'marker',
      undefined,
    ]);
  });
});
