import type { LoginEvent } from '../../login/state';
import { detailOf, wordsOf } from './errors';

/** What has just happened, for the person in front of the phone. */
export function sentence(event: LoginEvent): string {
  switch (event.status) {
    case 'qr':
      return event.codeNumber === 1
        ? 'Scan this code with WeChat on your phone: + (top right) → Scan.'
        : `This is code ${event.codeNumber} of ${event.codeLimit}. Scan it with WeChat on your phone.`;
    case 'wait':
      return 'WeChat answers again. Waiting for the scan.';
    case 'scaned':
      return 'Scanned. Confirm on the phone.';
    case 'need_verifycode':
      return event.wrong
        ? 'That number does not match the one on the phone. Look again.'
        : 'Scanned. WeChat on the phone shows a number.';
    case 'verify_code_blocked':
      return 'Too many wrong numbers: this code is used up.';
    case 'scaned_but_redirect':
      return `Scanned. The login goes on at ${event.host}.`;
    case 'expired':
      return 'The code has expired, or the login was refused on the phone.';
    case 'binded_redirect':
      return 'This WeChat account is connected here already. Nothing has changed.';
    case 'confirmed':
      return 'Confirmed: WeChat is connected.';
    case 'trouble':
      return `${wordsOf(event.error).message} (${detailOf(event.error)}). Trying again in ${seconds(event.retryInMs)}.`;
  }
}

/** What is waited for, for the line that is rewritten. */
export function waitingFor(status: LoginEvent['status']): string {
  switch (status) {
    case 'scaned':
    case 'scaned_but_redirect':
      return 'Waiting for your confirmation on the phone';
    case 'trouble':
      return 'Waiting for WeChat to answer';
    default:
      return 'Waiting for the scan';
  }
}

/** `1:05`; nothing is left below zero. */
export function countdown(leftMs: number): string {
  const left = Math.max(0, Math.ceil(leftMs / 1_000));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
}

function seconds(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1_000))} s`;
}

export const NUMBER_QUESTION = 'Number on the phone: ';
export const NUMBER_UNUSABLE = 'That is not a number. Type the digits that WeChat shows on the phone.';
export const FIRST_MESSAGE_HINT =
  'Now write anything to the bot in WeChat: it may only send after you have written to it.';

/** What helped others whose scan led nowhere, most often first. */
export const SCAN_HELP = [
  'You scan, and nothing happens? This helped others:',
  '- Remove the old bot in WeChat on the phone, then scan again: an account that was connected before can land in its old chat.',
  '- Use a WeChat account of mainland China; international ones often get no further.',
  '- Update WeChat on the phone.',
  '- If the phone asks to upgrade the OpenClaw interface version: --client-version with a newer one.',
];

/** What a login says besides what happens on the phone. */
export const LOGIN = {
  willUpdate: (name: string, url: string) => `The credential "${name}" at ${url} will be updated.`,
  willCreate: (name: string, url: string) => `A credential "${name}" will be created at ${url}.`,
  alreadyBound: {
    message: 'WeChat says that this account is connected already, and gave no new bot token',
    next: 'The token that you have goes on working. If it is lost, remove the bot in WeChat on the phone, then log in again.',
  },
  inputEnded: {
    message: 'WeChat asked for a number, and the input had ended',
    next: 'Run the command in a terminal, or give it the number on stdin when it asks.',
  },
  askDoctor: 'n8n-nodes-wechat-ilink doctor says which part of the way does not work.',
  needNotLogIn: (next: string) => `${next} You need not log in again.`,
  tryingAgain: (message: string) => `${message}. Trying again.`,
  noAnswerInTime: 'no answer in time',
  addressOfCode: (url: string) => `Address of the code: ${url}`,
  expiresAt: (at: string) => `It expires at ${at}.`,
  typeNumber: `${NUMBER_QUESTION}(type it, and Enter)`,
  lineWasNoNumber: 'The line on stdin was no number',
  showToken: 'Show the bot token here (s), or write it into a file that only you can read (Enter)? ',
  orScanThere: (url: string) => `Or open this address on another screen and scan it there: ${url}`,
  tooNarrow: '(The terminal is too narrow for the code: make it wider, use --png FILE, or the address.)',
  waitingLeft: (waiting: string, left: string) => `${waiting} · ${left} left`,
};
