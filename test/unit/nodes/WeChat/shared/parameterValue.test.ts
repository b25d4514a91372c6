import fc from 'fast-check';
import type { INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../../../../nodes/WeChat/shared/errors';
import { readValue } from '../../../../../nodes/WeChat/shared/parameterValue';

const property = (type: INodeProperties['type'], more: Partial<INodeProperties> = {}): INodeProperties => ({
  displayName: 'My Option',
  name: 'myOption',
  type,
  default: '',
  ...more,
});
const FORMAT = property('options', {
  default: 'weChat',
  options: [
    { name: 'As Is', value: 'asIs' },
    { name: 'WeChat', value: 'weChat' },
  ],
});
const TYPES = property('multiOptions', { default: [], options: FORMAT.options! });
const FLAG = property('boolean', { default: true });
const RANGE = property('number', { default: 5, typeOptions: { minValue: 1, maxValue: 10 } });

function problemOf(of: INodeProperties, value: unknown): { message: string; next: string } {
  try {
    readValue(of, value);
  } catch (error) {
    expect(error).toBeInstanceOf(InputProblem);
    return error as InputProblem;
  }
  throw new Error('It was taken');
}

describe('readValue', () => {
  it.each([
    [FORMAT, 'asIs', 'asIs'],
    [FORMAT, undefined, 'weChat'],
    [FORMAT, null, 'weChat'],
    [TYPES, [], []],
    [TYPES, ['asIs', 'weChat'], ['asIs', 'weChat']],
    [FLAG, false, false],
    [FLAG, ' False ', false],
    [FLAG, 'true', true],
    [FLAG, undefined, true],
    [RANGE, 3, 3],
    [RANGE, '3', 3],
    [RANGE, null, 5],
    [property('string'), 'a', 'a'],
    [property('string'), 12, '12'],
    [property('string'), undefined, ''],
    [property('string', { default: '={{ $json.a }}' }), undefined, undefined],
    [property('string'), new Date(0), String(new Date(0))],
    [property('json'), { any: ['thing'] }, { any: ['thing'] }],
  ])('of %j takes %j as %j', (of, value, expected) => expect(readValue(of, value)).toEqual(expected));

  it('names the option, the value and the values that exist', () => {
    const { message, next } = problemOf(FORMAT, 'markdown');
    expect(message).toBe('"My Option" is "markdown", which is none of its values: asIs, weChat');
    expect(next).toBe('Give one of these values: asIs (As Is), weChat (WeChat).');
  });

  it.each([
    [TYPES, 'asIs', '"asIs" and not a list of its values: asIs, weChat', 'asIs (As Is), weChat (WeChat)'],
    [
      TYPES,
      ['asIs', 'photo'],
      '"photo", which is none of its values: asIs, weChat',
      'asIs (As Is), weChat (WeChat)',
    ],
    [FORMAT, '', '"", which is none of its values: asIs, weChat', 'asIs'],
    [FORMAT, ['asIs'], 'a list, which is none of its values: asIs, weChat', 'asIs'],
    [FORMAT, { value: 'asIs' }, 'an object, which is none of its values: asIs, weChat', 'asIs'],
    [FLAG, 'maybe', '"maybe", which is neither true nor false', 'true, false'],
    [FLAG, 1, '1, which is neither true nor false', 'true, false'],
    [RANGE, 'many', '"many", and has to be a number from 1 to 10', 'Give a number from 1 to 10.'],
    [RANGE, NaN, 'NaN, and has to be a number from 1 to 10', 'Give a number from 1 to 10.'],
    [RANGE, Infinity, 'Infinity, and has to be a number from 1 to 10', 'Give a number from 1 to 10.'],
    [RANGE, '', '"", and has to be a number from 1 to 10', 'Give a number from 1 to 10.'],
    [RANGE, true, 'true, and has to be a number from 1 to 10', 'Give a number from 1 to 10.'],
    [RANGE, 0, '0, and has to be a number from 1 to 10', 'Give a number from 1 to 10.'],
    [RANGE, '11', '"11", and has to be a number from 1 to 10', 'Give a number from 1 to 10.'],
    [
      property('number', { typeOptions: { numberPrecision: 0 } }),
      1.5,
      '1.5, and has to be a whole number',
      'Give a whole number.',
    ],
    [property('string'), { a: 1 }, 'an object and not a text', '.toJsonString()'],
    [property('string'), ['a'], 'a list and not a text', '.toJsonString()'],
    [property('string'), Object.create(null), 'an object and not a text', '.toJsonString()'],
  ])('of %j refuses %j: %s', (of, value, message, next) => {
    const problem = problemOf(of, value);
    expect(problem.message).toContain(message);
    expect(problem.next).toContain(next);
  });

  it('shows no secret, and no more than the beginning of a text', () => {
    const secret = { ...FORMAT, typeOptions: { password: true } };
    expect(problemOf(secret, 'the-token').message).not.toContain('the-token');
    const text = `begins like this and ${'goes on '.repeat(50)}`;
    expect(problemOf(FORMAT, text).message.length).toBeLessThan(120);
  });

  it('gives a value of the right type, or says which option it is, whatever an expression gives', () => {
    const anything = fc.anything({
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withBigInt: true,
    });
    fc.assert(
      fc.property(fc.constantFrom(FORMAT, TYPES, FLAG, RANGE, property('string')), anything, (of, value) => {
        try {
          const read = readValue(of, value);
          if (of === FORMAT) expect(['asIs', 'weChat']).toContain(read);
          else if (of === TYPES) expect(Array.isArray(read)).toBe(true);
          else expect(typeof read).toBe(of.type);
        } catch (error) {
          expect(error).toBeInstanceOf(InputProblem);
          expect((error as Error).message).toMatch(/^"My Option" is /);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
