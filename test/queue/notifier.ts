import type { N8nServer } from '../../tools/n8n/server';
import { chain, nodeOf, wechatNode, type Account } from '../e2e/world';
import type { Cluster } from './cluster';

const ANSWER_MS = 30_000;

/** A workflow that a web request to the webhook process starts, that a worker runs, and that sends one message. */
export class Notifier {
  private constructor(
    private readonly cluster: Pick<Cluster, 'rest'> & { webhook: Pick<N8nServer, 'url'> },
    readonly workflowId: string,
    private readonly path: string,
  ) {}

  static async open(cluster: Cluster, { credential, who }: Account): Promise<Notifier> {
    const path = `notify-${credential.id}`;
    const webhook = nodeOf('Webhook', 'n8n-nodes-base.webhook', 2, {
      path,
      httpMethod: 'POST',
      responseMode: 'lastNode',
    });
    const send = wechatNode('Notify', credential, {
      resource: 'message',
      operation: 'sendText',
      to: who.user_id,
      text: '={{ $json.body.text }}',
      options: { pauseMs: 0 },
    });
    const { id } = await cluster.rest.createWorkflow(chain(path, [{ ...webhook, webhookId: path }, send]));
    await cluster.rest.activate(id);
    return new Notifier(cluster, id, path);
  }

  /** @returns `ok` when the workflow said that it had sent or queued, else what went wrong */
  async send(text: string): Promise<string> {
    try {
      const response = await fetch(`${this.cluster.webhook.url}/webhook/${this.path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
        // An execution that was lost with Redis is answered by nobody.
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const answer = await response.text();
      return response.ok ? 'ok' : `${response.status} ${answer}`;
    } catch (error) {
      return String(error);
    }
  }

  async close(): Promise<void> {
    await this.cluster.rest.deactivate(this.workflowId);
  }
}
