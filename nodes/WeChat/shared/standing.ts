import type { IDataObject } from 'n8n-workflow';

import type { Standing } from '../../../bot/send/conversations';
import { explainWait } from '../texts';

/** Where a conversation stands, with why a message would wait now. */
export function describeStanding({ reason, ...facts }: Standing): IDataObject {
  return { ...facts, ...explainWait(reason) };
}
