import type { RequestRecord } from '../../emulator';

/** Codes and statuses to which the answer stays no, however often it is asked for. */
const REFUSED = /(ret|errcode) -(2|3|13|14|77)\b|status 4\d\d/;

/**
 * What should not have been among the requests of one step: a message that was sent again after the server had refused it, or
 * the same message under two client ids, which a server takes for two messages.
 */
export function attemptComplaints(requests: readonly RequestRecord[]): string[] {
  const refused = new Set<unknown>();
  const clientIds = new Map<string, unknown>();
  const complaints: string[] = [];
  for (const { endpoint, body, outcome } of requests) {
    const { msg } = Object(body) as { msg?: { client_id?: unknown; item_list?: unknown } };
    // A connection that was cut before the body came has none.
    if (endpoint !== 'sendmessage' || !msg) continue;
    const { client_id, item_list } = msg;
    const content = JSON.stringify(item_list);
    if (refused.has(client_id))
      complaints.push(`${content.slice(0, 70)} was sent again after it had been refused`);
    if (REFUSED.test(outcome)) refused.add(client_id);
    if (clientIds.has(content) && clientIds.get(content) !== client_id)
      complaints.push(`${content.slice(0, 70)} was sent again under another client id`);
    clientIds.set(content, client_id);
  }
  return complaints;
}
