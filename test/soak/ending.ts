import type { IDataObject } from 'n8n-workflow';

import type { Bot } from '../../bot/bot';
import { DEFAULT_LIMITS } from '../../bot/send/window';
import { ILinkError } from '../../ilink/errors';
import { describeOutcome } from '../../nodes/WeChat/shared/outcome';
import { describeStatusEvent } from '../../nodes/WeChat/shared/waiting';
import { ItemType } from '../../ilink/wire';

/** What the bot says became of a message. One that was queued has another ending when it leaves the queue. */
export interface Ending {
  outcome: 'accepted' | 'unconfirmed' | 'queued' | 'refused' | 'expired' | 'not_sent';
  message_id?: string;
  client_id?: string;
  /** Of a refusal: what kind of error it was. */
  kind?: string;
}

const DAY_MS = 24 * 3_600_000;

/** Sends as the node does: what the user has to write for first waits until then. */
export async function sendText(bot: Bot, to: string, text: string): Promise<Ending> {
  const { parts, failure } = await bot.send({
    to,
    parts: [{ type: 'text', item: { type: ItemType.Text, text_item: { text } } }],
    pauseMs: 0,
    whenClosed: 'queue',
    limits: DEFAULT_LIMITS,
    queueMs: DAY_MS,
    ageNote: '',
  });
  const kind = failure instanceof ILinkError ? failure.kind : (failure as Error | undefined)?.name;
  return { ...(describeOutcome(parts[0]!) as unknown as Ending), ...(kind !== undefined && { kind }) };
}

/** The endings that a notice about queued messages tells, by text; none while they wait. */
export function endingsIn(notice: unknown): Array<[text: string, ending: Ending]> {
  const { state, queued, outcome, message_id, client_id } = describeStatusEvent(
    notice as IDataObject,
  ) as unknown as {
    state: string;
    queued: Array<{ text: string }>;
  } & Partial<Ending>;
  if (state === 'queued') return [];
  // Nobody knows of what was refused or expired after an answer got lost.
  const isCertain = state !== 'queued_sent' && outcome === undefined;
  const ending: Ending = isCertain
    ? { outcome: state === 'queued_expired' ? 'expired' : 'refused', kind: 'from the queue' }
    : { outcome: outcome!, ...(message_id && { message_id }), ...(client_id && { client_id }) };
  return queued.map(({ text }) => [text, ending]);
}
