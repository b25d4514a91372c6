import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loginWorkflow } from '../../../demo/loginWorkflow';
import type { Execution } from '../../../tools/n8n/types';
import { ARTEFACTS, type World } from '../world';

/** The login page of the example workflow, published in this n8n. */
export interface LoginStage {
  workflowId: string;
  /** The credential for n8n's API. */
  apiCredential: { id: string; name: string };
  /** Runs the example workflow by hand, as its button does. @returns a link to the login page */
  link(): Promise<string>;
  /** Waits for the next execution that a login has started. */
  nextLogin(): Promise<Execution>;
  close(): Promise<void>;
}

/** Publishes the example workflow, with an API key of the owner. */
export async function openLoginStage({ stage }: World): Promise<LoginStage> {
  const { rest, n8n, emulator } = stage;
  const apiKey = await rest.createApiKey(`login ${Date.now()}`);
  const data = { apiKey, baseUrl: `${n8n.url}/api/v1` };
  const { id, name } = await rest.createCredential('n8n API', 'n8nApi', data);
  const server = { apiBaseUrl: emulator.apiUrl, cdnBaseUrl: emulator.cdnUrl };
  const workflow = await rest.createWorkflow(loginWorkflow({ credential: { id, name }, server }));
  await rest.activate(workflow.id);
  const known: string[] = [];
  return {
    workflowId: workflow.id,
    apiCredential: { id, name },
    async link() {
      const { executionId } = await rest.listen(await rest.workflow(workflow.id), 'Start Here');
      const run = await rest.waitUntilFinished(executionId);
      assert.equal(run.status, 'success', run.data.resultData.error?.message);
      known.push(executionId);
      const item = run.data.resultData.runData['Get Login Link']?.[0]?.data?.main[0]?.[0];
      return String(item?.json.url);
    },
    async nextLogin() {
      const execution = await rest.waitForExecution(workflow.id, { known });
      known.push(execution.id);
      return execution;
    },
    close: async () => rest.deactivate(workflow.id),
  };
}

/** Everything in which a token must not be: n8n's log and all executions, with what their nodes got and gave. */
export async function everythingSaid({ stage: { rest } }: World): Promise<string[]> {
  const executions = await rest.executions();
  const details = await Promise.all(
    executions.map(({ id }) => rest.request('GET', `/rest/executions/${id}`)),
  );
  const log = await readFile(join(ARTEFACTS, 'n8n.log'), 'utf8');
  return [log, ...details.map((detail) => JSON.stringify(detail))];
}

/** Fails when one of the secrets is in one of the texts, and says where without telling the secret. */
export function assertNowhere(secrets: string[], texts: string[]): void {
  assert.ok(
    secrets.length > 0 && texts.length > 0,
    'there is nothing to look for, or nothing to look through',
  );
  for (const secret of secrets) {
    for (const text of texts) {
      const at = text.indexOf(secret);
      const before = text.slice(Math.max(0, at - 120), at);
      assert.ok(at < 0, `a bot token stands behind: ${before}`);
    }
  }
}
