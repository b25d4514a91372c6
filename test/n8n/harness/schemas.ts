import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Schema {
  type: string;
  properties?: Record<string, Schema>;
  items?: Schema;
}

const SCHEMAS = join(__dirname, '../../../nodes/WeChat/__schema__/v1.0.0');

/** The schema of a value, in the form in which n8n keeps them: lists are described by their first entry. */
export function schemaOf(value: unknown): Schema {
  if (Array.isArray(value)) return { type: 'array', items: schemaOf(value[0]) };
  if (typeof value !== 'object' || value === null) return { type: typeof value };
  const properties = Object.entries(value).map(([name, child]) => [name, schemaOf(child)] as const);
  return { type: 'object', properties: Object.fromEntries(properties) };
}

/** What the editor shows of an operation's output before it has ever run; a number is a number to JavaScript. */
export function storedSchema(resource: string, operation: string): Schema {
  const file = readFileSync(join(SCHEMAS, resource, `${operation}.json`), 'utf8');
  const { version, ...schema } = JSON.parse(file.replaceAll('"integer"', '"number"')) as Schema & {
    version: number;
  };
  expect(version).toBe(1);
  return schema;
}
