import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { OPERATIONS } from '../../nodes/WeChat/actions/router';
import { toItemJson } from '../../nodes/WeChat/trigger/item';
import { eventually } from './harness/eventually';
import { Stage, type Person } from './harness/stage';

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

const everyOperation = Object.entries(OPERATIONS).flatMap(([resource, operations]) =>
  Object.keys(operations).map((operation) => [resource, operation] as const),
);

/** The trigger's item of a message with a file that can be had, and one that cannot. */
async function messageWithFiles(owner: Person): Promise<IDataObject> {
  const bytes = Buffer.from('x');
  const good = await owner.writes({ media: { kind: 'file', name: 'a.txt', bytes } });
  const bad = await owner.writes({ media: { kind: 'file', name: 'b.txt', bytes, wrong_key: true } });
  return toItemJson({ ...good, item_list: [...good.item_list, ...bad.item_list] }, false);
}

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
    // Something that waits, for the operations on what waits.
    const queued = { text: 'later', options: { quota: 1 } };
    if (operation.endsWith('Queued'))
      await stage.n8n.execute(owner.sendText(queued), [{ json: {} }, { json: {} }]);
    const data = await stage.n8n.file(Buffer.from('x'), { mimeType: 'image/png' });
    const parameters = { resource, operation, text: 'hi', binaryPropertyName: 'data', sendAs: 'auto' };
    const json = resource === 'media' ? await messageWithFiles(owner) : {};
    const [output] = await stage.n8n.execute(owner.node(parameters), [{ json, binary: { data } }]);
    const file = readFileSync(join(SCHEMAS, resource, `${operation}.json`), 'utf8');
    const { version, ...schema } = JSON.parse(file) as Schema & { version: number };
    expect(version).toBe(1);
    expect(schemaOf(output!.json)).toEqual(asTyped(schema));
  },
);
