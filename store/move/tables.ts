/** How a column is kept. `index` is a text that PostgreSQL has in an index, and knows by its digest when it is long. */
export type Kind = 'text' | 'index' | 'number' | 'boolean' | 'bytes';

/** A table that both stores have under one name. */
export interface MovedTable {
  name: string;
  /** The columns of the primary key, in order. */
  key: readonly string[];
  columns: Readonly<Record<string, Kind>>;
}

/** A row as both stores give it: `true` and `false` for a boolean, bytes as hexadecimal digits. */
export type MovedValue = string | number | boolean | null;
export type MovedRow = readonly MovedValue[];

function table(name: string, key: readonly string[], columns: Record<string, Kind>): MovedTable {
  return { name, key, columns };
}

/**
 * Everything that is moved, in the order in which it is. What belongs to one process stays behind: who lives, who polls and who is
 * handing something over (`owners`, `leases`, `fences`, `deliveries.claimed_by`), when something was last done for all (`chores`), and
 * the proof that something can be written (`probes`).
 */
export const MOVED_TABLES: readonly MovedTable[] = [
  table('facts', ['fact'], { fact: 'text' }),
  table('logins', ['login'], { login: 'text', scope: 'text', proven: 'number', left_scope: 'text' }),
  table('persons', ['realm', 'user_id'], { realm: 'text', user_id: 'text', scope: 'text' }),
  table('legacy_servers', ['url'], { url: 'text' }),
  table('legacy_scopes', ['scope'], { scope: 'text' }),
  table('cursors', ['connection'], { connection: 'text', cursor: 'text' }),
  table('messages', ['seq'], {
    seq: 'number',
    bot: 'text',
    user_id: 'text',
    received_at: 'number',
    body: 'text',
    kind: 'text',
  }),
  table('message_ids', ['bot', 'id'], { bot: 'text', id: 'index', seq: 'number' }),
  table('seen', ['bot', 'key'], { bot: 'text', key: 'index', seen_at: 'number' }),
  table('unclaimed', ['seq'], { seq: 'number', bot: 'text' }),
  table('subscriptions', ['subscriber'], { subscriber: 'text', bot: 'text', asleep_since: 'number' }),
  table('held_back', ['subscriber'], { subscriber: 'text' }),
  table('deliveries', ['subscriber', 'seq'], {
    subscriber: 'text',
    seq: 'number',
    attempts: 'number',
    next_at: 'number',
  }),
  table('conversations', ['bot', 'user_id'], {
    bot: 'text',
    user_id: 'text',
    context_token: 'text',
    last_inbound_at: 'number',
    sent_since: 'number',
    closed_by_server: 'boolean',
    login: 'text',
  }),
  table('pacing', ['bot', 'user_id'], {
    bot: 'text',
    user_id: 'text',
    next_send_at: 'number',
    gap_ms: 'number',
    throttled_until: 'number',
    throttles: 'number',
  }),
  table('outbox', ['id'], {
    id: 'number',
    bot: 'text',
    user_id: 'text',
    send_id: 'text',
    type: 'text',
    item: 'text',
    age_note: 'text',
    quota: 'number',
    window_ms: 'number',
    queued_at: 'number',
    expires_at: 'number',
    client_id: 'text',
    reason: 'text',
  }),
  table('sent_messages', ['number'], {
    number: 'number',
    bot: 'text',
    id: 'index',
    user_id: 'text',
    sent_at: 'number',
    body: 'text',
  }),
  table('unfinished', ['send'], {
    send: 'text',
    execution: 'text',
    state: 'text',
    at: 'number',
    bot: 'text',
    content: 'text',
    is_open: 'boolean',
  }),
  table('unreadable', ['number'], {
    number: 'number',
    bot: 'text',
    digest: 'text',
    reason: 'text',
    size: 'number',
    body: 'bytes',
    first_at: 'number',
    last_at: 'number',
    times: 'number',
  }),
  table('slips', ['kind', 'key'], { kind: 'text', key: 'text', body: 'text', expires_at: 'number' }),
];
