import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { InputProblem } from './errors';
import { readNumber, type NumberFault } from './number';

/** Enough to recognise what an expression gave, and not so much that a message stands in an error. */
const SHOWN_CHARACTERS = 40;

/**
 * Reads one value as the type of its property says. The message of the error has the values that exist in it, because of an
 * activation that fails n8n shows nothing but the message.
 *
 * @param value what stands in the node, or what an expression gave; null and undefined mean "not set"
 * @returns undefined, or the default, when it is not set
 * @throws InputProblem that names the property, the value and what would be right
 */
export function readValue(property: INodeProperties, value: unknown): unknown {
  const read = READERS[property.type];
  if (!read) return value;
  if (value === undefined || value === null) return unset(property);
  return read(property, value);
}

type Read = (property: INodeProperties, value: unknown) => unknown;

const READERS: Partial<Record<INodeProperties['type'], Read>> = {
  options: readChoice,
  multiOptions: readChoices,
  boolean: readBoolean,
  number: readNumberIn,
  string: readText,
};

function unset({ default: value }: INodeProperties): unknown {
  return typeof value === 'string' && value.startsWith('=') ? undefined : value;
}

function readChoice(property: INodeProperties, value: unknown): unknown {
  const choices = choicesOf(property);
  // A list that n8n loads from somewhere is not known here.
  if (choices.length === 0 || choices.some((choice) => choice.value === value)) return value;
  throw new InputProblem(
    `"${property.displayName}" is ${shown(property, value)}, which is none of its values: ${valuesIn(choices)}`,
    `Give one of these values: ${listed(choices)}.`,
  );
}

function readChoices(property: INodeProperties, value: unknown): unknown[] {
  if (!Array.isArray(value)) {
    const choices = choicesOf(property);
    throw new InputProblem(
      `"${property.displayName}" is ${shown(property, value)} and not a list of its values: ${valuesIn(choices)}`,
      `Give a list of these values: ${listed(choices)}.`,
    );
  }
  return value.map((entry) => readChoice(property, entry));
}

function readBoolean(property: INodeProperties, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (text === 'true' || text === 'false') return text === 'true';
  throw new InputProblem(
    `"${property.displayName}" is ${shown(property, value)}, which is neither true nor false`,
    'Give one of these values: true, false.',
  );
}

function readNumberIn(property: INodeProperties, value: unknown): number {
  const { minValue, maxValue, numberPrecision } = property.typeOptions ?? {};
  const read = readNumber(value, {
    ...(minValue !== undefined && { least: minValue }),
    ...(maxValue !== undefined && { most: maxValue }),
    isWhole: numberPrecision === 0,
  });
  if (typeof read === 'number') return read;
  const wanted = wantedBy(read);
  throw new InputProblem(
    `"${property.displayName}" is ${shown(property, value)}, and has to be ${wanted}`,
    `Give ${wanted}.`,
  );
}

function wantedBy({ facts: { least, most, isWhole } }: NumberFault): string {
  const kind = isWhole ? 'a whole number' : 'a number';
  if (least !== undefined && most !== undefined) return `${kind} from ${least} to ${most}`;
  if (least !== undefined) return `${kind}, ${least} at least`;
  return most === undefined ? kind : `${kind}, ${most} at most`;
}

/** Dates and the like have a text of their own; "[object Object]" is nothing that anybody means. */
function readText(property: INodeProperties, value: unknown): string {
  if (typeof value !== 'object' || hasTextOfItsOwn(value as object)) return String(value);
  throw new InputProblem(
    `"${property.displayName}" is ${shown(property, value)} and not a text`,
    'Choose one of its fields in the expression, or turn it into text with .toJsonString().',
  );
}

/** Whether it is more than a plain object or a list. */
export function hasTextOfItsOwn(value: object): boolean {
  // An object without a prototype has no text at all.
  if (Array.isArray(value) || typeof (value as { toString?: unknown }).toString !== 'function') return false;
  return !String(value).startsWith('[object ');
}

/** @throws InputProblem when it is no object */
export function asObject(property: INodeProperties, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  const names = (property.options ?? []).map(({ name }) => name);
  throw new InputProblem(
    `"${property.displayName}" is ${shown(property, value)} and not an object`,
    `Give an object with some of these fields: ${names.join(', ')}.`,
  );
}

function choicesOf({ options = [] }: INodeProperties): INodePropertyOptions[] {
  return options as INodePropertyOptions[];
}

function valuesIn(choices: INodePropertyOptions[]): string {
  return choices.map(({ value }) => String(value)).join(', ');
}

function listed(choices: INodePropertyOptions[]): string {
  return choices.map(({ name, value }) => `${String(value)} (${name})`).join(', ');
}

/** A value for an error: never a secret, and never a whole text. */
function shown({ typeOptions }: INodeProperties, value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  if (typeOptions?.password === true) return 'a value';
  if (typeof value !== 'string') return String(value);
  const characters = [...value.replace(/\s+/g, ' ')];
  const cut = characters.length > SHOWN_CHARACTERS;
  return JSON.stringify(cut ? `${characters.slice(0, SHOWN_CHARACTERS).join('')}…` : characters.join(''));
}
