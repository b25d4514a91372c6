import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { N8nRuntime } from './runtime';
import type { Execution, ExecutionSummary, PublicationStatus, StoredWorkflow, WorkflowDraft } from './types';

export interface Owner {
  email: string;
  password: string;
  firstName: string;
  lastName: string;
}

/** An answer of n8n's REST API that is no success. */
export class N8nRestError extends Error {
  constructor(
    request: string,
    readonly status: number,
    readonly detail: string,
  ) {
    super(`n8n answered ${request} with ${status}: ${detail}`);
    this.name = 'N8nRestError';
  }
}

const POLL_MS = 100;
/** Long enough for a machine with other work; it matters only when what is waited for never comes. */
const WAIT_MS = 60_000;

/** n8n's internal REST API, as the editor uses it: a cookie, and a browser id that stays the same for the session. */
export class N8nRest {
  private cookie = '';
  private readonly browserId = randomUUID();
  private readonly pushRef = randomUUID().slice(0, 10);
  private readonly parseFlatted: (text: string) => unknown;

  /** @param runtime executions come in the format of `flatted`, and n8n's own copy of it reads them. */
  constructor(
    readonly url: string,
    private readonly runtime: Pick<N8nRuntime, 'root'>,
  ) {
    const requireFromN8n = createRequire(join(runtime.root, 'node_modules', 'n8n', 'package.json'));
    this.parseFlatted = (requireFromN8n('flatted') as { parse: (text: string) => unknown }).parse;
  }

  /** Creates the owner of a fresh n8n and is logged in as that owner. */
  async setupOwner(owner: Owner): Promise<void> {
    await this.request('POST', '/rest/owner/setup', owner);
  }

  async login(owner: Pick<Owner, 'email' | 'password'>): Promise<void> {
    await this.request('POST', '/rest/login', { emailOrLdapLoginId: owner.email, password: owner.password });
  }

  /** Invites somebody as a member, and accepts for them. @returns n8n as that member sees it, logged in */
  async invite(person: Owner): Promise<N8nRest> {
    const [invited] = await this.request<Array<{ user: { inviteAcceptUrl: string } }>>(
      'POST',
      '/rest/invitations',
      [{ email: person.email, role: 'global:member' }],
    );
    const token = new URL(invited!.user.inviteAcceptUrl).searchParams.get('token');
    const member = new N8nRest(this.url, this.runtime);
    const { firstName, lastName, password } = person;
    await member.request('POST', '/rest/invitations/accept', { token, firstName, lastName, password });
    return member;
  }

  async createCredential(name: string, type: string, data: object): Promise<{ id: string; name: string }> {
    return await this.request('POST', '/rest/credentials', { name, type, data });
  }

  async updateCredential(id: string, name: string, type: string, data: object): Promise<void> {
    await this.request('PATCH', `/rest/credentials/${id}`, { name, type, data });
  }

  /** What the "Retry"/"Save" of the credential dialog shows. */
  async testCredential(credentials: {
    id: string;
    name: string;
    type: string;
    data: object;
  }): Promise<{ status: 'OK' | 'Error'; message: string }> {
    return await this.request('POST', '/rest/credentials/test', { credentials });
  }

  async createWorkflow(workflow: WorkflowDraft): Promise<StoredWorkflow> {
    return await this.request('POST', '/rest/workflows', { settings: {}, ...workflow });
  }

  async workflow(id: string): Promise<StoredWorkflow> {
    return await this.request('GET', `/rest/workflows/${id}`);
  }

  /** Activates the newest version and waits until its triggers run. @throws when one of them could not be started. */
  async activate(id: string, deadlineMs = WAIT_MS): Promise<void> {
    const { versionId } = await this.workflow(id);
    await this.request('POST', `/rest/workflows/${id}/activate`, { versionId });
    const { status, triggers } = await poll(
      async () => await this.publicationStatus(id),
      ({ status: current }) => current !== 'in_progress' && current !== 'not_published',
      deadlineMs,
      `workflow ${id} was not published`,
    );
    if (status === 'published') return;
    throw new Error(
      `The trigger did not start (${status}): ${triggers.map((one) => one.errorMessage).join('; ')}`,
    );
  }

  /** Deactivates and waits until no trigger runs. */
  async deactivate(id: string, deadlineMs = WAIT_MS): Promise<void> {
    await this.request('POST', `/rest/workflows/${id}/deactivate`, {});
    const gone = ({ status }: PublicationStatus): boolean => status === 'not_published';
    await poll(
      async () => await this.publicationStatus(id),
      gone,
      deadlineMs,
      `workflow ${id} was not unpublished`,
    );
  }

  async publicationStatus(id: string): Promise<PublicationStatus> {
    return await this.request('GET', `/rest/workflows/${id}/publication-status`);
  }

  /** The newest executions of a workflow, or of all of them, newest first. */
  async executions(workflowId?: string): Promise<ExecutionSummary[]> {
    const filter = encodeURIComponent(JSON.stringify({ workflowId }));
    const { results } = await this.request<{ results: ExecutionSummary[] }>(
      'GET',
      `/rest/executions?filter=${filter}`,
    );
    return results;
  }

  /** One execution with what its nodes got and gave. */
  async execution(id: string): Promise<Execution> {
    const stored = await this.request<Execution & { data: string }>('GET', `/rest/executions/${id}`);
    return { ...stored, data: this.parseFlatted(stored.data) as Execution['data'] };
  }

  /** A file of an execution, as the editor's "Download" gives it. @throws N8nRestError */
  async binary({ id, mimeType }: { id?: string; mimeType: string }): Promise<Buffer> {
    const query = new URLSearchParams({ id: id ?? '', action: 'download', mimeType });
    const path = `/rest/binary-data?${query}`;
    const headers = { 'browser-id': this.browserId, cookie: this.cookie };
    const response = await fetch(this.url + path, { headers });
    if (!response.ok) throw new N8nRestError(`GET ${path}`, response.status, await response.text());
    return Buffer.from(await response.arrayBuffer());
  }

  /** Waits for a finished execution of this workflow that is not in `known`. @throws at the deadline. */
  async waitForExecution(
    workflowId: string,
    { known = [], deadlineMs = WAIT_MS }: { known?: string[]; deadlineMs?: number } = {},
  ): Promise<Execution> {
    const find = async (): Promise<ExecutionSummary | undefined> =>
      (await this.executions(workflowId)).find(({ id, status }) => !known.includes(id) && isFinished(status));
    const found = await poll(
      find,
      (one) => one !== undefined,
      deadlineMs,
      `workflow ${workflowId} did not run`,
    );
    return await this.execution((found as ExecutionSummary).id);
  }

  /** Waits until one known execution (a manual one, say) has ended. */
  async waitUntilFinished(executionId: string, deadlineMs = WAIT_MS): Promise<Execution> {
    return await poll(
      async () => await this.execution(executionId),
      ({ status }) => isFinished(status),
      deadlineMs,
      `execution ${executionId} did not end`,
    );
  }

  /**
   * What the editor does on "Execute workflow": the trigger is started for a test and the first item that it emits runs the
   * workflow. The execution exists at once, with status "running", while it listens.
   */
  async listen(workflow: StoredWorkflow, triggerName: string): Promise<{ executionId: string }> {
    return await this.request('POST', `/rest/workflows/${workflow.id}/run`, {
      workflowData: workflow,
      triggerToStartFrom: { name: triggerName },
    });
  }

  /** The editor's "Stop": ends a running execution, a listening one too. */
  async stopExecution(executionId: string): Promise<void> {
    await this.request('POST', `/rest/executions/${executionId}/stop`, {});
  }

  /** A key for the public API (/api/v1), with every scope that the owner may give, or with `scopes`. */
  async createApiKey(label: string, scopes?: string[]): Promise<string> {
    const granted = scopes ?? (await this.request<string[]>('GET', '/rest/api-keys/scopes'));
    const body = { label, scopes: granted, expiresAt: null };
    const { rawApiKey } = await this.request<{ rawApiKey: string }>('POST', '/rest/api-keys', body);
    return rawApiKey;
  }

  /** The session cookie, to be logged in in a browser too. */
  session(): { name: string; value: string; browserId: string } {
    const [name = '', value = ''] = this.cookie.split('=', 2);
    return { name, value, browserId: this.browserId };
  }

  /** @returns the `data` of the answer. @throws N8nRestError with n8n's own message. */
  async request<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        'content-type': 'application/json',
        'browser-id': this.browserId,
        'push-ref': this.pushRef,
        cookie: this.cookie,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new N8nRestError(`${method} ${path}`, response.status, messageOf(text));
    const cookie = response.headers.getSetCookie().find((one) => one.startsWith('n8n-auth='));
    if (cookie) this.cookie = cookie.split(';', 1)[0] ?? '';
    return (JSON.parse(text) as { data: T }).data;
  }
}

function isFinished(status: ExecutionSummary['status']): boolean {
  return ['success', 'error', 'crashed', 'canceled'].includes(status);
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text.slice(0, 300);
  }
}

async function poll<T>(
  read: () => Promise<T>,
  done: (value: T) => boolean,
  deadlineMs: number,
  complaint: string,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const value = await read();
    if (done(value)) return value;
    if (Date.now() > deadline) throw new Error(`${complaint} within ${deadlineMs / 1000} s`);
    await sleep(POLL_MS);
  }
}
