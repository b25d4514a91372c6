import type { ILinkError } from '../../ilink/errors';
import { chooseContextToken } from './context-token';
import type { Conversations } from './conversations';
import type { SendRequest } from './message';
import type { Probed } from './probe';
import { troubleIn, type WaitReason } from './wait-reasons';

export interface WaitDiagnosisDeps {
  conversations: Pick<Conversations, 'get' | 'reasonBy'>;
  /** What waits already waits for the same trouble. */
  outbox: { noteTrouble(trouble: WaitReason): void };
  /** Looks where the conversation stands, at no cost. */
  probe: (userId: string, contextToken?: string) => Promise<Probed>;
}

/**
 * What a message waits for. Nothing waits for the user that waits for something else: a dead token, a wrong address and a server
 * that cannot be reached are found out before anything is called queued.
 *
 * @param deferred why the message did not go out, as far as that is known
 * @returns what it waits for, or why it can never go out as things are
 */
export async function diagnoseWait(
  { conversations, outbox, probe }: WaitDiagnosisDeps,
  { to, contextToken, limits }: SendRequest,
  { reason, error }: { reason: WaitReason; error?: ILinkError },
): Promise<WaitReason | ILinkError> {
  // Just now the server has answered.
  if (error) return reason;
  const known = await conversations.get(to);
  const probed = await probe(to, chooseContextToken(contextToken, known?.contextToken));
  const isTrouble = probed.found === 'unreachable' || (probed.found === 'refused' && !isOfUser(probed.error));
  if (isTrouble) outbox.noteTrouble(troubleIn(probed.error));
  if (probed.found === 'refused') return probed.error;
  // Of somebody unknown nothing says that it would ever work: as likely the address is wrong.
  if (probed.found === 'unreachable') return known ? 'server_unreachable' : probed.error;
  if (reason === 'token_refused' || reason === 'server_unreachable')
    return known ? (conversations.reasonBy(known, limits) ?? reason) : 'first_message';
  return probed.found === 'closed' && reason === 'throttled' ? 'window_over' : reason;
}

/** It concerns nobody else. */
function isOfUser({ kind }: ILinkError): boolean {
  return kind === 'wrong_recipient';
}
