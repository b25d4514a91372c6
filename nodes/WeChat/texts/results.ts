import type { Words } from './table';

/** What is easily overlooked in an output, said above it or in it. */
export const HINTS = {
  nothingToDo:
    'Nothing was sent now: an earlier try of this execution had sent or queued it already. To send it again on purpose, start a new execution.',
  unproven:
    'Nothing is kept for this bot token, and this n8n does not know yet whose bot it is. If there were messages or conversations before a new login, write one message from your WeChat to the new bot: that proves it, and they come back.',
  tokenStaysValid:
    'WeChat has no call that ends a token. It stays valid until the bot is removed in WeChat or connected again elsewhere. Remove the bot in WeChat on the phone, and delete the credential in n8n.',
  notOverwritten:
    'Everything was deleted, but traces may be left in the files, because another program reads them or the disk is full. Run this again later.',
};

/** An error of n8n's own has words of its own, and not always what to do. */
export const CHECK_NODE = 'Check the expressions and the credential of this node.';

/** Something that nobody thought of: its kind and nothing of its content, which may be a message. */
export function unforeseenWords(name: string): Words {
  if (name === 'AbortError') {
    return {
      message: 'The execution was cancelled',
      next: 'What WeChat had accepted by then stays sent.',
    };
  }
  return {
    message: 'Something unexpected went wrong in the WeChat node',
    next: `Nothing is known to have been sent. Try again, and report this if it stays (${name}).`,
  };
}

/**
 * A send that broke off: what arrived, and what a retry does.
 *
 * @param reason why it broke off
 * @param sent the ids of the messages that were sent
 * @param of how many there are
 */
export function brokenOffWords(
  reason: Words,
  { sent, of, mayHaveArrived }: { sent: string[]; of: number; mayHaveArrived: boolean },
): Words {
  const doubt = mayHaveArrived ? ' The message may have arrived all the same.' : '';
  const already =
    sent.length > 0
      ? ` Already sent: ${sent.join(', ')}. A retry of this execution goes on after them.`
      : ' A retry of this execution does not send it twice.';
  return {
    message:
      sent.length > 0
        ? `Only the first ${sent.length} of ${of} messages were sent: ${reason.message}`
        : reason.message,
    next: `${reason.next}${doubt}${already}`.trim(),
  };
}

/** What the test of a credential says. */
export const TESTED = {
  connected: 'Connected to WeChat',
  write_first:
    'Connected to WeChat. Now write anything to the bot in WeChat: it may only send after you have written to it.',
  works_with_code: (detail: string) => `Connected to WeChat. The bot token works. (${detail})`,
  owner_unknown: (detail: string) =>
    `The bot token works, but WeChat does not know the owner's user ID. Put the "ilink_user_id" that the login returned into "Owner's User ID": upper and lower case matter. (${detail})`,
  not_ilink: 'Something answered at the API base URL, but not the iLink API. Check the address.',
  failed: ({ message, next }: Words, detail: string | undefined) =>
    `${message}. ${next}${detail === undefined ? '' : ` (${detail})`}`,
  not_carried_out: (name: string) => `The test could not be carried out (${name})`,
};
