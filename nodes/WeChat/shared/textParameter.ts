import type { IExecuteFunctions } from 'n8n-workflow';

import { InputProblem } from './errors';
import { hasTextOfItsOwn } from './parameterValue';

/**
 * A parameter that goes out as text. Empty when it has no value for this item.
 *
 * @throws InputProblem for an object or a list: "[object Object]" is nothing to send to anybody
 */
export function textParameter(context: IExecuteFunctions, name: string, itemIndex: number): string {
  const value: unknown = context.getNodeParameter(name, itemIndex, '') ?? '';
  if (typeof value !== 'object' || hasTextOfItsOwn(value as object)) return String(value);
  throw new InputProblem({
    code: 'text_not_text',
    facts: { name, value: Array.isArray(value) ? 'a list' : 'an object' },
  });
}
