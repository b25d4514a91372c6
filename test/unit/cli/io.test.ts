import { PassThrough } from 'node:stream';

import { isInteractive, styleOf, type Out } from '../../../cli/io';

const out = (isTTY: boolean): Out & PassThrough => Object.assign(new PassThrough(), { isTTY });

describe('styleOf', () => {
  it.each([
    [true, {}, { redraw: true, color: true }],
    [true, { NO_COLOR: '1' }, { redraw: true, color: false }],
    [true, { NO_COLOR: '' }, { redraw: true, color: true }],
    [true, { TERM: 'dumb' }, { redraw: false, color: false }],
    [false, {}, { redraw: false, color: false }],
  ])('with a terminal: %s, and %j, is %j', (isTTY, env, style) => {
    expect(styleOf({ stdout: out(isTTY), env })).toEqual(style);
  });
});

describe('isInteractive', () => {
  it('needs a terminal on both sides', () => {
    const sides = [true, false].flatMap((input) => [true, false].map((output) => [input, output] as const));
    const found = sides.map(([input, output]) => isInteractive({ stdin: out(input), stdout: out(output) }));
    expect(found).toEqual([true, false, false, false]);
  });
});
