import type { IExecuteFunctions, INode, INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../../../../nodes/WeChat/shared/errors';
import { readParameters, withParameters } from '../../../../../nodes/WeChat/shared/parameters';

const node = { typeVersion: 1 } as INode;
const SOURCE: INodeProperties = {
  displayName: 'Source',
  name: 'source',
  type: 'options',
  default: 'url',
  options: [
    { name: 'URL', value: 'url' },
    { name: 'Binary', value: 'binary' },
  ],
};
const FIELD: INodeProperties = {
  displayName: 'Field',
  name: 'field',
  type: 'string',
  default: 'data',
  displayOptions: { show: { source: ['binary'] } },
};
const COUNT: INodeProperties = {
  displayName: 'Count',
  name: 'count',
  type: 'number',
  default: 1,
  typeOptions: { minValue: 1 },
};
const OPTIONS: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  default: {},
  options: [COUNT, { ...FIELD, name: 'inner', displayOptions: { show: { '/source': ['binary'] } } }],
};
const GROUPS: INodeProperties = {
  displayName: 'Groups',
  name: 'groups',
  type: 'fixedCollection',
  default: {},
  options: [{ name: 'entry', displayName: 'Entry', values: [COUNT] }],
};

function valuesOf(properties: INodeProperties[], given: Record<string, unknown>, asGiven: string[] = []) {
  const get = (name: string, fallback: unknown): unknown => (name in given ? given[name] : fallback);
  return readParameters(properties, { get, node, asGiven });
}

describe('readParameters', () => {
  it('gives defaults, and nothing that is not displayed', () => {
    expect(valuesOf([SOURCE, FIELD, OPTIONS], {})).toEqual({ source: 'url', options: {} });
    expect(valuesOf([SOURCE, FIELD], { source: 'binary' })).toEqual({ source: 'binary', field: 'data' });
  });

  it('asks for nothing that is not displayed: its expression may fail', () => {
    const get = (name: string): unknown => {
      if (name === 'field') throw new Error('asked');
      return 'url';
    };
    expect(readParameters([SOURCE, FIELD], { get, node })).toEqual({ source: 'url' });
  });

  it('checks what stands in a collection, and leaves alone what no option knows', () => {
    expect(valuesOf([OPTIONS], { options: { count: '3', old: 'x' } }).options).toEqual({
      count: 3,
      old: 'x',
    });
    expect(() => valuesOf([OPTIONS], { options: { count: 0 } })).toThrow('"Count" is 0');
    expect(valuesOf([OPTIONS], { options: null }).options).toEqual({});
    expect(valuesOf([SOURCE, OPTIONS], { options: { inner: {} } }).options).toEqual({ inner: {} });
    expect(() => valuesOf([SOURCE, OPTIONS], { source: 'binary', options: { inner: {} } })).toThrow(
      '"Field"',
    );
  });

  it.each(['text', 3, ['a']])('does not take %j for a collection', (options) => {
    expect(() => valuesOf([OPTIONS], { options })).toThrow(InputProblem);
    expect(() => valuesOf([OPTIONS], { options })).toThrow(/^"Options" is .* and not an object$/);
  });

  it('checks the groups of a fixed collection, one of a kind or several', () => {
    expect(valuesOf([GROUPS], { groups: { entry: { count: '2' } } }).groups).toEqual({ entry: { count: 2 } });
    expect(valuesOf([GROUPS], { groups: { entry: [{ count: 2 }] } }).groups).toEqual({
      entry: [{ count: 2 }],
    });
    for (const groups of [{ entry: [{ count: 'x' }] }, { entry: { count: 'x' } }])
      expect(() => valuesOf([GROUPS], { groups })).toThrow('"Count" is "x"');
    expect(() => valuesOf([GROUPS], { groups: { entry: ['x'] } })).toThrow('"Groups" is "x"');
  });

  it('leaves what takes more than its type says to the one who reads it', () => {
    expect(valuesOf([SOURCE, FIELD], { source: 'binary', field: ['a'] }, ['field']).field).toEqual(['a']);
  });
});

describe('withParameters', () => {
  class Context {
    #secret = 'private';
    helpers = { a: 1 };
    getNodeParameter(name: string, _item: number, fallback?: unknown): unknown {
      return name === 'other' ? this.#secret : fallback;
    }
  }
  const context = withParameters(new Context() as unknown as IExecuteFunctions, { a: 1, b: undefined });

  it('gives what was checked, the fallback for what is not set, and all else as the context has it', () => {
    expect(context.getNodeParameter('a', 0)).toBe(1);
    expect(context.getNodeParameter('b', 0, [])).toEqual([]);
    expect(context.getNodeParameter('other', 0)).toBe('private');
    expect(context.helpers).toEqual({ a: 1 });
  });
});
