import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { OPERATIONS } from '../../nodes/WeChat/actions/router';
import { eventually } from './harness/eventually';
import { Stage } from './harness/stage';

interface Schema {
  type: string;
  properties?: Record<string, Schema>;
  items?: Schema;
}

const SCHEMAS = join(__dirname, '../../nodes/WeChat/__schema__/v1.0.0');

/** The schema of a value, in the form in which n8n keeps them: lists are described by their first entry. */
function schemaOf(value: unknown): Schema {
  if (Array.isArray(value)) return { type: 'array', items: schemaOf(value[0]) };
  if (typeof value !== 'object' || value === null) return { type: typeof value };
  const properties = Object.entries(value).map(([name, child]) => [name, schemaOf(child)] as const);
  return { type: 'object', properties: Object.fromEntries(properties) };
}

/** integer is a number to JavaScript. */
const asTyped = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema).replaceAll('"integer"', '"number"'));

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

/** The outputs of a login are looked at in login.test.ts: they differ from state to state. */
const everyOperation = Object.entries(OPERATIONS)
  .filter(([resource]) => resource !== 'login')
  .flatMap(([resource, operations]) =>
    Object.keys(operations).map((operation) => [resource, operation] as const),
  );

// The editor shows these fields before the node has ever run, for people to build on.
test.each(everyOperation)(
  'the output schema of %s → %s is what it really gives',
  async (resource, operation) => {
    const owner = stage.newOwner();
    // Somebody of whom the trigger has heard, so that nothing about the conversation is unknown.
    const active = await stage.n8n.activate([owner.trigger()]);
    await owner.writes('hello');
    await eventually(() => active.log.emits.length === 1);
    await active.deactivate();
    const data = await stage.n8n.file(Buffer.from('x'), { mimeType: 'image/png' });
    const parameters = { resource, operation, text: 'hi', binaryPropertyName: 'data', sendAs: 'auto' };
    const [output] = await stage.n8n.execute(owner.node(parameters), [{ json: {}, binary: { data } }]);
    const file = readFileSync(join(SCHEMAS, resource, `${operation}.json`), 'utf8');
    const { version, ...schema } = JSON.parse(file) as Schema & { version: number };
    expect(version).toBe(1);
    expect(schemaOf(output!.json)).toEqual(asTyped(schema));
  },
);
