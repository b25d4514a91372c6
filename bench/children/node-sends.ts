/**
 * Executes the WeChat node with n8n's own context: parameters, credential and all. The first message of the parent is whom to write
 * to, every further one how many items an execution has.
 */
import { atTheEnd } from './without-tests';
import '../../test/n8n/harness/environment';

import { bots } from '../../nodes/WeChat/shared/bots';
import { botKeyOf } from '../../ilink/credential';
import { readCredential } from '../../nodes/WeChat/shared/credential';
import { additionalDataFor } from '../../test/n8n/harness/additionalData';
import { TestCredentials } from '../../test/n8n/harness/credentials';
import { executeNode } from '../../test/n8n/harness/executions';
import { startExpressionEngine } from '../../test/n8n/harness/expressionEngine';
import { START, WECHAT } from '../../test/n8n/harness/nodeTypes';
import { baseOf, workflowOf } from '../../test/n8n/harness/workflow';
import type { SendOrder, SendTask } from '../race';

const credentials = new TestCredentials();

process.once('message', (task: SendTask) => void start(task));
process.once('disconnect', () => {
  atTheEnd.forEach((action) => action());
  process.exit();
});

async function start(task: SendTask): Promise<void> {
  await startExpressionEngine();
  credentials.stored.set('bench', task.credential);
  await hearFrom(task);
  process.on('message', (order: SendOrder) => {
    void sendMany(task, order).then(
      (samplesMs) => process.send!({ samplesMs }),
      (error: unknown) => process.send!({ failed: String(error) }),
    );
  });
  process.send!({ ready: true });
}

/** The person has written: the conversation is open. */
async function hearFrom({ credential, to, contextToken }: SendTask): Promise<void> {
  const { store } = await bots.memory();
  const bot = botKeyOf(readCredential(credential));
  await store.inbox.receive({
    bot,
    connection: bot,
    login: bot,
    receivedAt: Date.now(),
    sleepersSince: 0,
    messages: [{ body: '{}', userId: to, contextToken, keys: [{ key: 'k', windowMs: 1 }] }],
  });
}

/** @returns how long each item took, on the average of its execution */
async function sendMany({ to }: SendTask, { count, text }: SendOrder): Promise<number[]> {
  const parameters = {
    resource: 'message',
    operation: 'sendText',
    to,
    text,
    options: { pauseMs: 0, quota: 1_000_000 },
  };
  const node = { name: 'WeChat', type: WECHAT, credential: 'bench', parameters };
  const workflow = workflowOf([{ name: 'Start', type: START }, node], 'bench');
  const items = Array.from({ length: count }, () => ({ json: {} }));
  const additionalData = additionalDataFor(baseOf(workflow), 'trigger', credentials);
  const startedAt = performance.now();
  const output = await executeNode(
    workflow,
    items,
    additionalData,
    undefined,
    undefined,
    workflow.getNode('WeChat')!,
  );
  const perItemMs = (performance.now() - startedAt) / count;
  const refused = output.find(({ json }) => json.outcome !== 'accepted');
  if (refused) throw new Error(`A message was not accepted: ${JSON.stringify(refused.json)}`);
  return output.map(() => perItemMs);
}
