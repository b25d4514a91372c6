import { ConversationClosed, OutboxFull, Unconfirmed } from '../../../bot/send/failures';
import { StoreTrouble } from '../../../bot/store-trouble';
import { ILinkError } from '../../../ilink/errors';
import { LoginError } from '../../../login/error';
import { LoginStop } from '../../../login/runner';
import { detailOf } from './detail';
import { errorWords } from './errors';
import { loginDetail, problemWords } from './login';
import { sendingWords } from './sending';
import { storeWords } from './store';
import type { Words } from './table';

/** What an error of the rooms below means, and what to do; nothing for any other. */
export function wordsOf(error: ILinkError | StoreTrouble): Words;
export function wordsOf(error: unknown): Words | undefined;
export function wordsOf(error: unknown): Words | undefined {
  if (error instanceof ILinkError) return errorWords(error);
  if (error instanceof StoreTrouble) return storeWords(error);
  if (error instanceof LoginError) return problemWords(error.failure);
  if (error instanceof LoginStop) return problemWords(error.problem);
  const isOfSending =
    error instanceof ConversationClosed || error instanceof Unconfirmed || error instanceof OutboxFull;
  return isOfSending ? sendingWords(error) : undefined;
}

/** What was seen of an error of the protocol or of a login, for whoever looks for the reason; nothing for any other. */
export function detailIn(error: unknown): string | undefined {
  if (error instanceof ILinkError) return detailOf(error);
  return error instanceof LoginError ? loginDetail(error) : undefined;
}
