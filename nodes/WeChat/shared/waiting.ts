import type { IDataObject } from 'n8n-workflow';

import { describeQueued } from '../../../bot/send/status-events';
import type { QueuedMessage } from '../../../store/outbox';
import { explainWait } from './waitReasons';

/** A queued message as users see it, with why it waits. */
export function describeWaiting(message: QueuedMessage): IDataObject {
  return { ...describeQueued(message), ...explainWait(message.reason) };
}

/** The JSON of a status item about queued messages, with the texts for its code. */
export function describeNotice(notice: IDataObject): IDataObject {
  return { ...notice, ...explainWait(notice.reasonCode) };
}
