import type { INode, INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../../../../nodes/WeChat/shared/errors';
import { ItemParameters } from '../../../../../nodes/WeChat/shared/itemParameters';

const CHOICE: INodeProperties = {
  displayName: 'Choice',
  name: 'choice',
  type: 'options',
  default: 'one',
  options: [
    { name: 'One', value: 'one' },
    { name: 'Two', value: 'two' },
  ],
};
const TEXT: INodeProperties = { displayName: 'Text', name: 'text', type: 'string', default: '' };
const OF_TWO: INodeProperties = {
  ...TEXT,
  name: 'ofTwo',
  default: 'as it was',
  displayOptions: { show: { choice: ['two'] } },
};
const OPTIONS: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  default: {},
  options: [TEXT],
};
const ALL = [CHOICE, TEXT, OF_TWO, OPTIONS];

/** What n8n was asked for, item by item; expressions of these nodes give the number of the item. */
function readerOf(parameters: INode['parameters'], valueOf = (itemIndex: number): unknown => itemIndex) {
  const asked: string[] = [];
  const evaluated = (value: unknown, itemIndex: number): unknown => {
    if (typeof value === 'string') return value.startsWith('=') ? valueOf(itemIndex) : value;
    return Object.fromEntries(
      Object.entries(value as object).map(([key, below]) => [key, evaluated(below, itemIndex)]),
    );
  };
  const reader = new ItemParameters(
    { typeVersion: 1, parameters } as INode,
    (itemIndex) => (name, fallback) => {
      asked.push(`${itemIndex} ${name}`);
      return evaluated(parameters[name] ?? fallback, itemIndex);
    },
  );
  return { reader, asked };
}

describe('ItemParameters', () => {
  it('asks once for what holds no expression, and gives all items the same values', () => {
    const { reader, asked } = readerOf({ choice: 'two', text: 'hello', options: { text: 'x' } });
    const values = reader.read(ALL, 0);
    expect(values).toEqual({ choice: 'two', text: 'hello', ofTwo: 'as it was', options: { text: 'x' } });
    expect(reader.read(ALL, 1)).toBe(values);
    expect(asked).toEqual(['0 choice', '0 text', '0 ofTwo', '0 options']);
  });

  it('asks for each item for an expression, also one deep inside', () => {
    const { reader, asked } = readerOf({ choice: 'one', text: '={{ $json.x }}', options: { text: '=y' } });
    expect(reader.read(ALL, 0)).toEqual({ choice: 'one', text: '0', options: { text: '0' } });
    expect(reader.read(ALL, 1)).toEqual({ choice: 'one', text: '1', options: { text: '1' } });
    expect(asked).toEqual(['0 choice', '0 text', '0 options', '1 text', '1 options']);
  });

  it('remembers nothing where an expression decides over others', () => {
    const { reader, asked } = readerOf({ choice: '=', text: 'hello' }, (i) => (i === 1 ? 'two' : 'one'));
    expect([0, 1, 2].map((item) => 'ofTwo' in reader.read(ALL, item))).toEqual([false, true, false]);
    expect(asked.filter((what) => what.endsWith('text'))).toHaveLength(3);
  });

  it('refuses a wrong value for each item, and reads the next one that is right', () => {
    const { reader } = readerOf({ choice: 'three' });
    for (const item of [0, 1]) expect(() => reader.read(ALL, item)).toThrow(InputProblem);
    const byItem = readerOf({ text: '=' }, (i) => (i === 0 ? {} : 'right')).reader;
    expect(() => byItem.read(ALL, 0)).toThrow(InputProblem);
    expect(byItem.read(ALL, 1)).toMatchObject({ text: 'right' });
  });

  it('goes on from what is known, and reads anew when that is another', () => {
    const { reader } = readerOf({});
    const below = [TEXT, OF_TWO];
    const known = [{ choice: 'one' }, { choice: 'two' }, { choice: 'one' }];
    const read = known.map((values, item) => reader.read(below, item, values));
    expect(read.map((values) => 'ofTwo' in values)).toEqual([false, true, false]);
    expect(reader.read(below, 3, known[2])).toBe(read[2]);
  });
});
