import type { ILinkError } from '../../ilink/errors';
import type { WaitReason } from './wait-reasons';

/** Why a message was not sent, or not as it was wanted, beside what the protocol and the store say. */
export type SendFailure =
  | { code: 'conversation_closed' }
  | { code: 'unconfirmed' }
  | { code: 'outbox_full'; facts: { most: number } };

/** The message cannot go out now, and was not to be queued. */
export class ConversationClosed extends Error {
  readonly code = 'conversation_closed';

  constructor(
    readonly reason: WaitReason,
    readonly refusal?: ILinkError,
  ) {
    super(reason);
    this.name = 'ConversationClosed';
  }
}

/** WeChat took a message without giving it an id, and the sender wants that to be an error. */
export class Unconfirmed extends Error {
  readonly code = 'unconfirmed';

  constructor() {
    super('unconfirmed');
    this.name = 'Unconfirmed';
  }
}

/** The message was not kept: it would be one too many. */
export class OutboxFull extends Error {
  readonly code = 'outbox_full';
  readonly facts: { most: number };

  /** @param most how many wait */
  constructor(most: number) {
    super(`outbox_full, ${most}`);
    this.name = 'OutboxFull';
    this.facts = { most };
  }
}
