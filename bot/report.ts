/** What happened where nobody waits for an answer, so that it goes into a log. Whoever keeps the log makes the sentence. */
export type BotReport =
  | {
      code:
        | 'prune_failed'
        | 'sent_not_remembered'
        | 'inbox_not_read'
        | 'delivery_failed'
        | 'delivery_not_noted'
        | 'heartbeat_failed'
        | 'outbox_not_read'
        | 'receiver_stopped'
        | 'lease_not_released'
        | 'poll_failed'
        | 'listener_failed'
        | 'conversation_not_kept'
        | 'outbox_not_sent'
        | 'outbox_waits_on'
        | 'wait_reason_not_noted'
        | 'progress_not_read'
        | 'progress_not_noted'
        | 'outcomes_not_read'
        | 'outcomes_not_noted'
        | 'typing_not_kept'
        | 'process_not_noted'
        | 'store_not_shared';
    }
  /** Nobody had had them, and they were older than `days` or too many. */
  | { code: 'waiting_pruned'; facts: { messages: number; days: number } }
  | { code: 'unreadable_kept'; facts: { pieces: number } }
  | { code: 'messages_lost'; facts: { messages: number } }
  /** They left the queue without being sent. */
  | {
      code: 'queued_refused' | 'queued_expired';
      facts: { messages: number; mayHaveArrived: boolean };
    };

/** @param error why, when there is more to it than `event` says */
export type Report = (event: BotReport, error?: unknown) => void;
