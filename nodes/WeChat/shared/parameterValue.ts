import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { InputProblem } from './errors';
import { readNumber } from './number';

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
  throw new InputProblem({
    code: 'no_choice',
    facts: { ...wrong(property, value), values: valuesIn(choices), listed: listed(choices) },
  });
}

function readChoices(property: INodeProperties, value: unknown): unknown[] {
  if (!Array.isArray(value)) {
    const choices = choicesOf(property);
    throw new InputProblem({
      code: 'no_choices',
      facts: { ...wrong(property, value), values: valuesIn(choices), listed: listed(choices) },
    });
  }
  return value.map((entry) => readChoice(property, entry));
}

function readBoolean(property: INodeProperties, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (text === 'true' || text === 'false') return text === 'true';
  throw new InputProblem({ code: 'no_boolean', facts: wrong(property, value) });
}

function readNumberIn(property: INodeProperties, value: unknown): number {
  const { minValue, maxValue, numberPrecision } = property.typeOptions ?? {};
  const read = readNumber(value, {
    ...(minValue !== undefined && { least: minValue }),
    ...(maxValue !== undefined && { most: maxValue }),
    isWhole: numberPrecision === 0,
  });
  if (typeof read === 'number') return read;
  throw new InputProblem({ code: 'no_number', facts: { ...wrong(property, value), ...read.facts } });
}

/** Dates and the like have a text of their own; "[object Object]" is nothing that anybody means. */
function readText(property: INodeProperties, value: unknown): string {
  if (typeof value !== 'object' || hasTextOfItsOwn(value as object)) return String(value);
  throw new InputProblem({ code: 'no_text', facts: wrong(property, value) });
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
  throw new InputProblem({
    code: 'no_object',
    facts: { ...wrong(property, value), fields: names.join(', ') },
  });
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

function wrong(property: INodeProperties, value: unknown): { name: string; value: string } {
  return { name: property.displayName, value: shown(property, value) };
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
