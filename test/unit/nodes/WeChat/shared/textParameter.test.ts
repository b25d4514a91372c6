import type { IExecuteFunctions } from 'n8n-workflow';

import { InputProblem } from '../../../../../nodes/WeChat/shared/errors';
import { textParameter } from '../../../../../nodes/WeChat/shared/textParameter';

const textOf = (value: unknown): string =>
  textParameter({ getNodeParameter: () => value } as unknown as IExecuteFunctions, 'text', 0);

describe('A parameter that goes out as text', () => {
  test.each([
    ['a', 'a'],
    [' [object Object] ', ' [object Object] '],
    [0, '0'],
    [false, 'false'],
    [undefined, ''],
    [null, ''],
    [new Date(0), String(new Date(0))],
  ])('is for %j the text %j', (value, text) => {
    expect(textOf(value)).toBe(text);
  });

  test.each([[{}], [{ a: 1 }], [[]], [['a', 'b']], [new Map()]])('is not %j', (value) => {
    expect(() => textOf(value)).toThrow(InputProblem);
  });
});
