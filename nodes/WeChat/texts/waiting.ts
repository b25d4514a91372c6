import type { WaitReason } from '../../../bot/send/wait-reasons';

/** Why messages wait, and what makes them go out, for people. */
const WAITING: Record<WaitReason, { reason: string; next: string; isLoud?: boolean }> = {
  first_message: {
    reason: 'The user has not written to this bot yet',
    next: 'WeChat takes nothing for somebody who has not written since the login. Ask the user to write anything to the bot: what waits goes out then.',
  },
  window_over: {
    reason: 'The user wrote too long ago, or WeChat takes nothing more after their last message',
    next: 'WeChat takes messages for 24 hours after each message of the user. What waits goes out when the user writes again.',
  },
  quota_used: {
    reason: 'The messages that WeChat allows after each message of the user are used up',
    next: 'WeChat takes 10 messages after each message of the user. What waits goes out when the user writes again.',
  },
  throttled: {
    reason:
      'WeChat takes no more messages for this user just now, probably because there were many in a short time',
    next: 'Nothing has to be done: what waits goes out by itself, in a minute or later, or when the user writes. Asking WeChat again meanwhile would lengthen the pause.',
  },
  server_unreachable: {
    reason: 'WeChat could not be reached',
    next: 'What waits goes out when WeChat can be reached again and the user may be written to. If this stays, check the API base URL in the credential, and that this n8n can open connections to it.',
    isLoud: true,
  },
  token_refused: {
    reason: 'WeChat does not accept the bot token',
    next: 'Log in again with a QR code, and put the new bot token into the credential. What waits goes out when the user has written to the bot after that.',
    isLoud: true,
  },
};

/** Whether a code is one of these. It comes from the store, where another version may have written it. */
function isWaitReason(code: unknown): code is WaitReason {
  return typeof code === 'string' && Object.hasOwn(WAITING, code);
}

/** Why messages wait, and what makes them go out. */
export function waitWords(reason: WaitReason): { reason: string; next: string } {
  return WAITING[reason];
}

/** The code, and what it means; nothing for a code that is not known. */
export function explainWait(code: unknown): { reasonCode?: string; reason?: string; next?: string } {
  if (!isWaitReason(code)) return {};
  const { reason, next } = WAITING[code];
  return { reasonCode: code, reason, next };
}

/** What n8n shows above the output of a send that was queued. */
export function hintOf(code: WaitReason): { message: string; type: 'info' | 'warning' | 'danger' } {
  const { reason, next, isLoud } = WAITING[code];
  const type = isLoud ? 'danger' : code === 'throttled' ? 'info' : 'warning';
  return { message: `Queued, not sent yet: ${reason}. ${next}`, type };
}
