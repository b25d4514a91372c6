import type { BotReport } from '../../../bot/report';
import type { LoginReport } from '../../../login/report';
import type { SetAside, StoreReport, Unusable } from '../../../store/report';
import { outboxSentence } from './outbox';
import { textOf, type Table } from './table';

/** What goes into n8n's log where no execution could say it. */
export type LogEvent =
  | BotReport
  | StoreReport
  | LoginReport
  | { code: 'store_set_aside'; facts: SetAside }
  | { code: 'page_request_failed' | 'page_terms_not_noted' };

const BECAUSE: Record<Unusable, string> = {
  damaged: 'it is damaged',
  not_a_database: 'it is not a database',
  foreign_database: 'it is a database of another program',
  deleted: 'it was deleted or moved away',
};

const LOG: Table<LogEvent, string> = {
  prune_failed: 'What is old could not be deleted',
  waiting_pruned: ({ messages, days }) =>
    `${messages} messages were deleted that no workflow had taken: they were older than ${days} days, or too many`,
  sent_not_remembered: 'What was sent could not be remembered or looked up',
  inbox_not_read: 'The inbox could not be read',
  delivery_failed: 'A message could not be handed over',
  delivery_not_noted: 'That a message was handed over could not be noted',
  unreadable_kept: ({ pieces }) =>
    `${pieces} pieces of an answer of WeChat could not be read; they are kept for the doctor`,
  messages_lost: ({ messages }) => `${messages} messages were lost, because they could not be kept`,
  heartbeat_failed: 'The heartbeat could not be written',
  outbox_not_read: 'The queue could not be read',
  receiver_stopped: 'The receiver stopped',
  lease_not_released: 'The lease could not be given back',
  poll_failed: 'A poll failed',
  listener_failed: 'A listener failed',
  conversation_not_kept: 'What is known of a conversation could not be read or noted',
  outbox_not_sent: 'Queued messages could not be sent',
  outbox_waits_on: 'Queued messages could not be sent now, they wait on',
  queued_refused: ({ messages, mayHaveArrived }) =>
    `${outboxSentence('queued_refused', mayHaveArrived)} (${messages})`,
  queued_expired: ({ messages, mayHaveArrived }) =>
    `${outboxSentence('queued_expired', mayHaveArrived)} (${messages})`,
  wait_reason_not_noted: 'What messages wait for could not be noted',
  progress_not_read: 'How far an earlier send came could not be read',
  progress_not_noted: 'How far a send came could not be noted',
  outcomes_not_read: 'What became of queued messages could not be read',
  outcomes_not_noted: 'What became of queued messages could not be noted',
  typing_not_kept: '"Typing…" could not be kept alive',
  process_not_noted: 'That the main process of n8n uses this store could not be noted',
  store_not_shared:
    'In queue mode all processes of n8n need one store for WeChat messages: mount the same volume into each, or set WECHAT_ILINK_DATABASE_URL for all of them. Until then this process looks for no messages and queues none',
  soundness_unknown: 'Whether all of the file with the WeChat messages can be read could not be found out',
  store_set_aside: setAside,
  logins_not_read: 'The logins could not be looked through',
  too_many_logins: ({ most }) => `More than ${most} logins at once: one has to wait`,
  login_broke_off: 'A login broke off',
  proof_not_noted: 'Whose login it was could not be noted',
  page_request_failed: 'A request of the login page could not be answered',
  page_terms_not_noted: 'The terms of a login page could not be noted',
};

/** The line of n8n's log. */
export function logLine(event: LogEvent): string {
  return textOf<LogEvent, string>(LOG, event);
}

function setAside({ reason, path, saved }: SetAside): string {
  const where = path ? ` It was set aside as ${path}.` : '';
  const lost =
    saved.incomplete.length > 0 ? ` Something could not be read of: ${saved.incomplete.join(', ')}.` : '';
  return `The file with the WeChat messages could not be used, because ${BECAUSE[reason]}.${where} A new one was begun with ${saved.rows} entries of it.${lost}`;
}

/** What a node writes into the log of n8n through its own context. */
export const nodeLog = {
  trigger: (sentence: string) => `WeChat Trigger: ${sentence}`,
  retrying: (headline: string, why = '') => nodeLog.trigger(`${headline}. ${why}`),
  connectedAgain: () => nodeLog.trigger('connected to WeChat again'),
  storeNotRead: () => nodeLog.trigger('the store could not be read'),
  credentialNotRead: (name: string) => nodeLog.trigger(`the credential could not be read (${name})`),
  typingNotShown: (why = 'something unexpected went wrong') =>
    nodeLog.trigger(`"typing…" could not be shown (${why})`),
  offeredAgain: (minutes: number) =>
    nodeLog.trigger(
      `n8n has not said for ${minutes} minutes what became of an execution. It is offered the message again, and drops it if it has it`,
    ),
  notStarted: (name: string) =>
    nodeLog.trigger(`n8n could not start an execution for a message; trying again (${name})`),
  givenUp: (attempts: number) =>
    nodeLog.trigger(
      `gave a message up after ${attempts} executions that failed, were cut off or did not end in time; they are in the list of executions`,
    ),
  proofNotNoted: (name: string) => `WeChat: whose login it was could not be noted (${name})`,
};
