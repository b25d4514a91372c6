import { StoreTrouble } from '../../../bot/store-trouble';
import { ILinkError } from '../../../ilink/errors';
import { storeWords } from './store';
import type { Words } from './table';

/** What an error of the rooms below means, and what to do; nothing for any other. */
export function wordsOf(error: ILinkError | StoreTrouble): Words;
export function wordsOf(error: unknown): Words | undefined;
export function wordsOf(error: unknown): Words | undefined {
  if (error instanceof StoreTrouble) return storeWords(error);
  return error instanceof ILinkError ? error : undefined;
}
