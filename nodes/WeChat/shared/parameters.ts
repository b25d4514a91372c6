import {
  NodeHelpers,
  type INode,
  type INodeParameters,
  type INodeProperties,
  type INodePropertyCollection,
} from 'n8n-workflow';

import { readValue, asObject } from './parameterValue';

/** Gets the value of a parameter, expressions evaluated; `fallback` when the node says nothing about it. */
export type GetParameter = (name: string, fallback: unknown) => unknown;

/** What is needed to read a node's parameters. */
export interface ParameterSource {
  get: GetParameter;
  node: INode;
  /** Values that were read already, which decide what else is displayed. */
  known?: Record<string, unknown>;
  /** Names of parameters that take more than their type says, and are left to the one who reads them. */
  asGiven?: readonly string[];
}

/**
 * Reads all parameters that are displayed, and checks each of them, before anything is done with one: an option that an expression
 * fills in can have any value, and must not be found out half-way through a send or a login.
 *
 * @param properties in an order in which those that decide over others come first
 * @returns by name, each with the type of its property
 * @throws InputProblem that names the parameter, the value and the values that exist
 */
export function readParameters(
  properties: readonly INodeProperties[],
  { get, node, known = {}, asGiven = [] }: ParameterSource,
): Record<string, unknown> {
  const values: Record<string, unknown> = { ...known };
  for (const property of properties) {
    if (!isWanted(property, values, node)) continue;
    values[property.name] = readParameter(property, { get, node, asGiven }, values);
  }
  return values;
}

/** Whether a parameter of the node has a value. @param values of those that decide over it */
export function isWanted(property: INodeProperties, values: Record<string, unknown>, node: INode): boolean {
  return property.type !== 'notice' && isDisplayed(values, property, node);
}

/**
 * Reads and checks one parameter. See {@link readParameters}.
 *
 * @param values of the parameters that were read before
 */
export function readParameter(
  property: INodeProperties,
  { get, node, asGiven = [] }: Omit<ParameterSource, 'known'>,
  values: Record<string, unknown>,
): unknown {
  const given = get(property.name, defaultOf(property));
  return asGiven.includes(property.name) ? given : read(property, given, node, values);
}

function read(
  property: INodeProperties,
  given: unknown,
  node: INode,
  root: Record<string, unknown>,
): unknown {
  if (property.type === 'collection') {
    return readSet(property, property.options as INodeProperties[], given, node, root);
  }
  if (property.type === 'fixedCollection') return readGroups(property, given, node, root);
  return readValue(property, given);
}

/** Only what was set is there. A name that no option has is left over from another operation or version, and ignored. */
function readSet(
  parent: INodeProperties,
  properties: INodeProperties[],
  given: unknown,
  node: INode,
  root: Record<string, unknown>,
): Record<string, unknown> {
  const values = { ...asObject(parent, given ?? {}) };
  for (const property of properties) {
    if (values[property.name] === undefined || !isDisplayed(values, property, node, root)) continue;
    const value = read(property, values[property.name], node, root);
    if (value === undefined) delete values[property.name];
    else values[property.name] = value;
  }
  return values;
}

/** Groups of parameters by name; where several of a group may be given, a list of them. */
function readGroups(
  property: INodeProperties,
  given: unknown,
  node: INode,
  root: Record<string, unknown>,
): Record<string, unknown> {
  const groups = { ...asObject(property, given ?? {}) };
  for (const { name, values } of property.options as INodePropertyCollection[]) {
    const one = (entry: unknown): unknown => readSet(property, values, entry, node, root);
    const group = groups[name];
    if (group !== undefined) groups[name] = Array.isArray(group) ? group.map(one) : one(group);
  }
  return groups;
}

function isDisplayed(
  values: Record<string, unknown>,
  property: INodeProperties,
  node: INode,
  root?: Record<string, unknown>,
): boolean {
  const of = values as INodeParameters;
  return NodeHelpers.displayParameter(of, property, node, null, root as INodeParameters | undefined);
}

/** A default that is an expression was evaluated where n8n filled it in; as it stands here it is of no use. */
function defaultOf({ default: value }: INodeProperties): unknown {
  return typeof value === 'string' && value.startsWith('=') ? undefined : value;
}

interface Reader {
  getNodeParameter(...args: never[]): unknown;
  getNode(): INode;
}

/** What a trigger has: no items, and parameters that are read once. See {@link readParameters} and {@link withParameters}. */
export function withTriggerParameters<Context extends Reader>(
  context: Context,
  properties: readonly INodeProperties[],
): Context {
  const get: GetParameter = (name, fallback) => context.getNodeParameter(...([name, fallback] as never[]));
  return withParameters(context, readParameters(properties, { get, node: context.getNode() }));
}

/**
 * A context of n8n that gives the checked values of the parameters in place of what stands in the node. Everything else is the
 * context's own.
 *
 * @param values of {@link readParameters}
 */
export function withParameters<Context extends Reader>(
  context: Context,
  values: Record<string, unknown>,
): Context {
  const getNodeParameter = (name: string, ...rest: never[]): unknown => {
    if (!Object.hasOwn(values, name)) return context.getNodeParameter(...([name, ...rest] as never[]));
    const fallback = rest.findLast((argument) => typeof argument !== 'number');
    return values[name] ?? fallback;
  };
  return withMembers(context, { getNodeParameter });
}

/** A context of n8n with other members in the place of some. Everything else is the context's own. */
export function withMembers<Context extends object>(context: Context, others: object): Context {
  const methods = new Map<string | symbol, unknown>(Object.entries(others));
  return new Proxy(context, {
    get(target, key) {
      const known = methods.get(key);
      if (known !== undefined) return known;
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function') return member;
      // n8n's contexts have private members, which a proxy cannot reach.
      const bound: unknown = member.bind(target);
      methods.set(key, bound);
      return bound;
    },
  });
}
