import type { IDataObject } from 'n8n-workflow';

import { readMessage } from '../../ilink/incoming';
import { RESOURCES } from '../../nodes/WeChat/actions/registry';
import { toItemJson } from '../../nodes/WeChat/trigger/item';
import { silkTone } from '../support/voice';
import { eventually } from './harness/eventually';
import { schemaOf, storedSchema } from './harness/schemas';
import { Stage, type Person } from './harness/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

/** Those of a login are compared in login.test.ts: it takes a phone to get them. */
const everyOperation = Object.entries(RESOURCES)
  .filter(([resource]) => resource !== 'login')
  .flatMap(([resource, { operations }]) =>
    Object.keys(operations).map((operation) => [resource, operation] as const),
  );

/** The trigger's item of a message with a file that can be had, one that cannot, and a voice message that ends oddly. */
async function messageWithFiles(owner: Person): Promise<IDataObject> {
  const bytes = Buffer.from('x');
  const good = await owner.writes({ media: { kind: 'file', name: 'a.txt', bytes } });
  const bad = await owner.writes({ media: { kind: 'file', name: 'b.txt', bytes, wrong_key: true } });
  const voice = Buffer.concat([await silkTone(440, 1), Buffer.of(0)]);
  const odd = await owner.writes({ media: { kind: 'voice', bytes: voice } });
  return toItemJson(
    readMessage({ ...good, item_list: [...good.item_list, ...bad.item_list, ...odd.item_list] }),
    false,
  );
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
    expect(schemaOf(output!.json)).toEqual(storedSchema(resource, operation));
  },
);
