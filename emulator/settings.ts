/**
 * How the emulated server behaves where the real one varies or reports about it contradict each other. All of them can be
 * changed while it runs.
 */
export interface Settings {
  /** How long a poll is held, in ms of the emulator's clock. */
  holdMs: number;
  /** Whether getupdates announces the hold as `longpolling_timeout_ms`. */
  announceHold: boolean;
  /** The cursor in the answer to a poll that ended without a message: the client's (or a first one), a new one, `""`, or none. */
  emptyPollCursor: 'same' | 'new' | 'empty' | 'absent';
  /** The cursor beside messages. */
  cursorWithMessages: 'same' | 'new' | 'empty' | 'absent';
  /** A gateway in front answers 524 when there is no answer after so long; 0 = no gateway. */
  gatewayCutMs: number;
  /** What the server then does with a poll: goes on holding it, so that what comes next is lost to it, or ends it. */
  gatewayOrigin: 'closed' | 'open';
  /** The API hosts that are behind the gateway. */
  gatewayHost: 'both' | 'api' | 'second';
  /** The host that a login names as its `baseurl`. */
  loginHost: 'api' | 'second';
  /** A token at the other API host: not known there (-14), or served. */
  wrongHost: 'refuse' | 'serve';
  /** A login that has lapsed without a code: polls bring neither messages nor `msgs`, and no cursor or an empty one. */
  lapsed: 'no' | 'absent' | 'empty';
  /** Messages wait so long for others, and then leave in one answer; 0 = each at once. */
  batchDelayMs: number;
  /** Whether the latest messages are given again in each poll, at once. */
  repeatMessages: boolean;
  /** What a second poll does to one that is held: it takes part of the messages, or ends the first. */
  secondPoll: 'splits' | 'replaces';
  /** Each message of a user comes once more after so long, and how it then looks; 0 = never. */
  duplicateAfterMs: number;
  duplicateStyle: 'same' | 'new_id' | 'new_id_and_token' | 'no_id';
  /** What is sent back to a bot of its own: a message of type 2, one with its `client_id`, or one with both. */
  echo: 'off' | 'message_type' | 'client_id' | 'both';
  /** A cursor that was never handed out, or that `expireCursor` made stale: taken like a good one, or answered -14. */
  staleCursor: 'accept' | 'refuse';
  /** How many messages one getupdates answer carries at most. */
  messagesPerPoll: number;
  /** Answer to a sent message: `{}`, `{ret:0,message_id}`, or `{ret:0}` for a message that is never shown. */
  replyStyle: 'empty' | 'message_id' | 'unconfirmed';
  /** How `message_id` of a sent message is written; all but `number` and `text` are no ids. */
  messageIdStyle: 'number' | 'text' | 'zero' | 'empty' | 'null' | 'object';
  /** Whether `ret` and `errcode` are written as text, for example "-14". */
  codesAsText: boolean;
  /** Where an error code stands. */
  codeIn: 'ret' | 'errcode' | 'both';
  /** What getuploadurl hands out. */
  uploadStyle: 'full_url' | 'param' | 'both';
  /** What the media of an inbound message carry. */
  downloadStyle: 'full_url' | 'param' | 'both';
  /** What `endindex` of a quoted part is counted from: the whole message, or the end of the part's `start`. */
  quoteEndFrom: 'message' | 'part';
  /** Longest text in UTF-8 bytes. */
  textLimitBytes: number;
  /** Texts are shown cut after this many characters; 0 = never. */
  textCutChars: number;
  /** How long after the user's last message the bot may write. */
  windowMs: number;
  /** How many messages the bot may send until the user writes again. */
  quota: number;
  /** Text of the -2 when window or quota is closed. */
  closedErrmsg: 'prepare failed' | 'unknown error' | '';
  /** At most this many messages in a second, and in five minutes; 0 = no throttle. */
  throttlePerSecond: number;
  throttlePerFiveMinutes: number;
  /** Code of a throttled message, and its text: empty or a general one says no more than that it was refused. */
  throttleRet: -2 | -13;
  throttleErrmsg: string;
  /** How long a throttle refuses everything once it was tripped; each try meanwhile adds as much. 0 = no penalty. */
  throttlePenaltyMs: number;
  /** getconfig without an open conversation (before the first message, after `windowMs` of silence): an error, or a ticket. */
  closedConfig: 'refuse' | 'ticket';
  /** Code of that error; `1` was seen once. */
  closedConfigRet: -4 | 1;
  /** What happens to a message without `context_token`. */
  withoutContextToken: 'deliver' | 'drop' | 'refuse';
  /** A context token although the bot was given a newer one: taken with a warning, or refused. */
  olderContextToken: 'accept' | 'refuse';
  /** Lifetime of a typing ticket. */
  ticketTtlMs: number;
  /** A stale ticket: answered with an error, or like a success and lost. */
  staleTicket: 'refuse' | 'drop';
  /** Lifetime of a QR code. */
  qrTtlMs: number;
  /** When not empty, logins ask for this number. */
  loginVerifyCode?: string;
  /** So many wrong numbers block a login. */
  verifyAttempts: number;
  /** Whether a scanned login goes on at another host. */
  loginRedirect: boolean;
  /** The scan of an account that has a bot: makes a new one, or leads the phone to the old chat, and the client sees `wait`. */
  rebind: 'new_bot' | 'dead_end';
  /** Lowest `iLink-App-ClientVersion` whose QR code can be scanned. */
  minClientVersion: number;
  /** Clients without `iLink-App-*` headers, or older than that: refused, or let in. */
  oldClients: 'refuse' | 'accept';
  /** Ciphertext that the CDN keeps at most; the oldest files go first. */
  cdnLimitBytes: number;
}

export const DEFAULT_SETTINGS: Readonly<Settings> = {
  holdMs: 35_000,
  announceHold: true,
  emptyPollCursor: 'same',
  cursorWithMessages: 'new',
  gatewayCutMs: 0,
  gatewayOrigin: 'closed',
  gatewayHost: 'both',
  loginHost: 'api',
  wrongHost: 'refuse',
  lapsed: 'no',
  batchDelayMs: 0,
  repeatMessages: false,
  secondPoll: 'splits',
  duplicateAfterMs: 0,
  duplicateStyle: 'same',
  echo: 'off',
  staleCursor: 'accept',
  messagesPerPoll: 100,
  replyStyle: 'message_id',
  messageIdStyle: 'number',
  codesAsText: false,
  codeIn: 'both',
  uploadStyle: 'full_url',
  downloadStyle: 'both',
  quoteEndFrom: 'message',
  textLimitBytes: 16_384,
  textCutChars: 0,
  windowMs: 24 * 60 * 60_000,
  quota: 10,
  closedErrmsg: 'prepare failed',
  throttlePerSecond: 0,
  throttlePerFiveMinutes: 0,
  throttleRet: -2,
  throttleErrmsg: 'unknown error',
  throttlePenaltyMs: 0,
  closedConfig: 'refuse',
  closedConfigRet: -4,
  withoutContextToken: 'deliver',
  olderContextToken: 'accept',
  ticketTtlMs: 10 * 60_000,
  staleTicket: 'refuse',
  qrTtlMs: 2 * 60_000,
  loginVerifyCode: '',
  verifyAttempts: 3,
  loginRedirect: false,
  rebind: 'new_bot',
  minClientVersion: 2 << 16,
  oldClients: 'refuse',
  cdnLimitBytes: 1024 ** 3,
};

const CHOICES: { [K in keyof Settings]?: readonly Settings[K][] } = {
  emptyPollCursor: ['same', 'new', 'empty', 'absent'],
  cursorWithMessages: ['same', 'new', 'empty', 'absent'],
  gatewayOrigin: ['closed', 'open'],
  gatewayHost: ['both', 'api', 'second'],
  loginHost: ['api', 'second'],
  rebind: ['new_bot', 'dead_end'],
  wrongHost: ['refuse', 'serve'],
  lapsed: ['no', 'absent', 'empty'],
  secondPoll: ['splits', 'replaces'],
  duplicateStyle: ['same', 'new_id', 'new_id_and_token', 'no_id'],
  echo: ['off', 'message_type', 'client_id', 'both'],
  staleCursor: ['accept', 'refuse'],
  replyStyle: ['empty', 'message_id', 'unconfirmed'],
  messageIdStyle: ['number', 'text', 'zero', 'empty', 'null', 'object'],
  codeIn: ['ret', 'errcode', 'both'],
  uploadStyle: ['full_url', 'param', 'both'],
  downloadStyle: ['full_url', 'param', 'both'],
  quoteEndFrom: ['message', 'part'],
  closedErrmsg: ['prepare failed', 'unknown error', ''],
  throttleRet: [-2, -13],
  closedConfig: ['refuse', 'ticket'],
  closedConfigRet: [-4, 1],
  withoutContextToken: ['deliver', 'drop', 'refuse'],
  olderContextToken: ['accept', 'refuse'],
  oldClients: ['refuse', 'accept'],
  staleTicket: ['refuse', 'drop'],
};

/** The values that a setting can have; undefined for a number, a text or a boolean. */
export function choicesOf(setting: keyof Settings): readonly unknown[] | undefined {
  return CHOICES[setting];
}

/**
 * Writes `patch` into `settings`, all or nothing.
 * @throws Error that names the first unknown setting or unusable value
 */
export function applySettings(settings: Settings, patch: object): void {
  checkSettings(patch);
  for (const [name, value] of Object.entries(patch)) {
    if (value !== undefined) Object.assign(settings, { [name]: value });
  }
}

/** @throws Error that names the first unknown setting or unusable value */
export function checkSettings(patch: object): void {
  for (const [name, value] of Object.entries(patch)) {
    const problem = settingProblem(name, value);
    if (problem) throw new Error(problem);
  }
}

function settingProblem(name: string, value: unknown): string | undefined {
  if (!Object.hasOwn(DEFAULT_SETTINGS, name)) return `There is no setting ${name}`;
  // An option that was left out keeps its value.
  if (value === undefined) return undefined;
  const key = name as keyof Settings;
  const choices: readonly unknown[] | undefined = CHOICES[key];
  if (choices)
    return choices.includes(value) ? undefined : `${name} must be one of ${JSON.stringify(choices)}`;
  const wanted = typeof DEFAULT_SETTINGS[key];
  if (typeof value !== wanted) return `${name} must be a ${wanted}`;
  if (typeof value === 'number' && !(value >= 0)) return `${name} must not be negative`;
  return undefined;
}
