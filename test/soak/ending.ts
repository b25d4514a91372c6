import type { Bot } from '../../bot/bot';
import type { Address } from '../../bot/sender';
import { ILinkApiError, ILinkError, ILinkHttpError, ILinkNetworkError } from '../../ilink/errors';
import { ItemType } from '../../ilink/wire';

/** What the bot says became of a message. `queued` is followed by another ending of the same message, or stays. */
export interface Ending {
  outcome: 'accepted' | 'unconfirmed' | 'queued' | 'refused';
  message_id?: string;
  client_id?: string;
  /** Of a refusal: what kind of error it was. */
  kind?: string;
  /** Of a refusal: whether the user is told that the message may have arrived all the same. */
  mayHaveArrived?: boolean;
}

/**
 * Whether the sender, when a reply got lost and its repeat was refused, still says that the message may have arrived. Without
 * that the soak makes no such case.
 */
export const REMEMBERS_LOST_REPLIES = false;

/** The one place that knows how messages are sent. @throws what is no outcome but a mistake of ours */
export async function sendText(bot: Bot, address: Address, text: string): Promise<Ending> {
  try {
    return await bot.sender.send(address, { type: ItemType.Text, text_item: { text } });
  } catch (error) {
    if (!(error instanceof ILinkError)) throw error;
    return { outcome: 'refused', kind: error.kind, mayHaveArrived: mayHaveArrived(error) };
  }
}

/** An answer of the API settles it, and so does one of a gateway that names a mistake of ours. */
function mayHaveArrived(error: ILinkError): boolean {
  if (error instanceof ILinkNetworkError) return error.mayHaveArrived;
  if (error instanceof ILinkHttpError) return error.status >= 500;
  return !(error instanceof ILinkApiError);
}
