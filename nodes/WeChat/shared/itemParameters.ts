import type { INode, INodeProperties, INodePropertyCollection } from 'n8n-workflow';

import { isWanted, readParameter, type GetParameter } from './parameters';

type Values = Record<string, unknown>;

const NOTHING_KNOWN: Values = {};

/** What was read of some properties and is the same for all items. */
interface Remembered {
  /** What was known then: with something else known, others may be displayed. */
  known: Values;
  /** Those that are displayed. */
  wanted: INodeProperties[];
  fixed: Map<INodeProperties, unknown>;
  /** All values, where none depends on the item. */
  all?: Values;
}

/**
 * Reads the parameters of a node for its items, as `readParameters` does. What holds no expression is the same for all items, and is
 * read and checked once: to ask n8n for one parameter and to check it costs about as much as to make a whole message ready.
 */
export class ItemParameters {
  private readonly remembered = new Map<readonly INodeProperties[], Remembered>();

  /**
   * @param node with its parameters as they stand in the workflow
   * @param getFor gives the parameters of one item
   */
  constructor(
    private readonly node: INode,
    private readonly getFor: (itemIndex: number) => GetParameter,
  ) {}

  /**
   * @param properties always the same list for the same properties
   * @param known values that were read already, which decide what else is displayed
   * @returns the same object for all items whose values are the same for a reason; nobody may change it
   * @throws InputProblem as `readParameters`, for each item anew
   */
  read(
    properties: readonly INodeProperties[],
    itemIndex: number,
    known: Values = NOTHING_KNOWN,
    asGiven: readonly string[] = [],
  ): Values {
    const remembered = this.remembered.get(properties);
    const before = remembered?.known === known ? remembered : undefined;
    if (before?.all) return before.all;
    const { node } = this;
    const source = { get: this.getFor(itemIndex), node, asGiven };
    const values: Values = { ...known };
    const fixed = before?.fixed ?? new Map<INodeProperties, unknown>();
    const wanted: INodeProperties[] = [];
    for (const property of before?.wanted ?? properties) {
      if (!before && !isWanted(property, values, node)) continue;
      wanted.push(property);
      const value = fixed.has(property) ? fixed.get(property) : readParameter(property, source, values);
      values[property.name] = value;
      if (this.isFixed(property.name)) fixed.set(property, value);
    }
    if (!before && this.conditionsAreFixed(properties)) {
      const all = wanted.length === fixed.size && { all: values };
      this.remembered.set(properties, { known, wanted, fixed, ...all });
    }
    return values;
  }

  /** What decides over others, on every level: where one of these depends on the item, so may all. */
  private conditionsAreFixed(properties: readonly INodeProperties[]): boolean {
    return conditionsIn(properties).every((name) => this.isFixed(name));
  }

  private isFixed(name: string): boolean {
    return !hasExpression(this.node.parameters[name]);
  }
}

/** n8n takes every text that begins so for an expression, on any level. */
function hasExpression(value: unknown): boolean {
  if (typeof value === 'string') return value.startsWith('=');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasExpression);
}

/** Names of the parameters that are mentioned in displayOptions. */
function conditionsIn(properties: readonly INodeProperties[]): string[] {
  return properties.flatMap(({ displayOptions: { show, hide } = {}, options = [] }) => {
    const own = Object.keys({ ...show, ...hide }).map((key) => key.replace(/^\//, '').split('.')[0]!);
    const below = options.flatMap((option) => {
      if ('values' in option) return (option as INodePropertyCollection).values;
      return 'displayName' in option ? [option as INodeProperties] : [];
    });
    return [...own, ...conditionsIn(below)];
  });
}
