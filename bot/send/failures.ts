import type { ILinkError } from '../../ilink/errors';
import type { WaitReason } from './wait-reasons';

/** The message cannot go out now, and was not to be queued. */
export class ConversationClosed extends Error {
  readonly next =
    'WeChat lets a bot send 10 messages, within 24 hours, after each message of the user. Ask the user to write anything to the bot, then send again; or let the message wait for that with the option "If the Window Is Closed".';

  constructor(
    readonly reason: WaitReason,
    readonly refusal?: ILinkError,
  ) {
    super('The conversation is closed until the user writes again');
    this.name = 'ConversationClosed';
  }
}

/** WeChat took a message without giving it an id, and the sender wants that to be an error. */
export class Unconfirmed extends Error {
  readonly next =
    'WeChat took the message without giving it an ID, which often means that it is never shown. Ask the recipient before you send it again: a retry sends this message once more, and none of those that were accepted before it. With the option "On Unconfirmed" set to continue, this is no error.';

  constructor() {
    super('WeChat did not confirm the message');
    this.name = 'Unconfirmed';
  }
}
