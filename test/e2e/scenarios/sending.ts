import assert from 'node:assert/strict';
import type { IDataObject } from 'n8n-workflow';
import { chain, codeNode, nodeOf, wechatNode, type Account, type World } from '../world';

/** A workflow that a web request starts, and that sends what is in the request: it has no WeChat Trigger. */
export async function notifier(
  world: World,
  path: string,
  { credential, who }: Account,
  options: IDataObject = {},
): Promise<{ id: string; notify(...texts: string[]): Promise<void>; stop(): Promise<void> }> {
  const { rest, n8n } = world.stage;
  const webhook = nodeOf('Webhook', 'n8n-nodes-base.webhook', 2, {
    path,
    httpMethod: 'POST',
    responseMode: 'lastNode',
    responseData: 'allEntries',
  });
  const texts = codeNode('Texts', 'return $json.body.texts.map((text) => ({ json: { text } }));');
  const send = wechatNode('Notify', credential, {
    resource: 'message',
    operation: 'sendText',
    to: who.user_id,
    text: '={{ $json.text }}',
    options: { pauseMs: 0, ...options },
  });
  const { id } = await rest.createWorkflow(chain(path, [{ ...webhook, webhookId: path }, texts, send]));
  await rest.activate(id);
  return {
    id,
    async notify(...list) {
      const response = await fetch(`${n8n.url}/webhook/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ texts: list }),
      });
      assert.equal(response.status, 200, `the workflow failed: ${await response.clone().text()}`);
    },
    stop: () => rest.deactivate(id),
  };
}

/** What the bot's messages say on the phone. */
export function textsOf({ stage: { emulator } }: World, { who }: Account): string[] {
  return emulator
    .sees(who.bot_id, who.user_id)
    .filter(({ from }) => from === 'bot')
    .map(({ text }) => text ?? '');
}
