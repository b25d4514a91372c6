import type { Endpoint, Fault } from '../../emulator';

/** What a request meets. */
type Trouble = Omit<Fault, 'endpoint'>;

/** The server never saw the request, as far as anybody can tell. */
const NOT_PROCESSED: readonly Trouble[] = [
  { status: 500 },
  { status: 502 },
  { status: 503, headers: { 'retry-after': '1' } },
  { status: 524 },
  { drop: 'before' },
  { body: 'html' },
  { body: 'truncated', process: false },
  { body: 'empty', status: 504 },
  { ret: -1, errmsg: 'system error' },
  { errcode: '-1' },
];
/** It did, and its answer is lost. */
const PROCESSED: readonly Trouble[] = [
  { drop: 'after' },
  { body: 'truncated' },
  { body: 'broken' },
  { status: 502, process: true },
];
/** A machine or a network that is busy. */
const SLOW: readonly Trouble[] = [{ delayMs: 500 }, { delayMs: 3_000 }];
const STALLS: readonly Trouble[] = [{ silence: true }, { body: 'stalled' }];

/**
 * What each endpoint may answer, each as likely as the others. A silence costs the limit of its endpoint, so it is rare.
 */
const TROUBLES: Record<Endpoint, readonly Trouble[]> = {
  getupdates: [
    ...NOT_PROCESSED,
    ...PROCESSED,
    ...SLOW,
    { silence: true },
    { ret: 0 },
    { ret: '-13', errmsg: 'freq' },
    { ret: -14, errmsg: 'session timeout' },
    { status: 200, body: '[]' },
  ],
  sendmessage: [
    ...NOT_PROCESSED,
    ...PROCESSED,
    ...SLOW,
    { silence: true },
    { body: '{}' },
    { body: '{"ret":0}' },
    { body: '{"ret":0}', process: true },
    { ret: -2, errmsg: 'prepare failed' },
    { ret: -2, errmsg: 'invalid {text:upper} for {token:percent}' },
    { ret: -3, errmsg: 'invalid arguments' },
    { ret: -13, errmsg: 'freq' },
    { ret: '-77', errmsg: 'nobody knows' },
    { status: 403 },
    { status: 429, headers: { 'retry-after': '2' } },
  ],
  getconfig: [...NOT_PROCESSED, ...PROCESSED, ...SLOW, { ret: -4, errmsg: 'GetTypingTicket rpc failed' }],
  sendtyping: [...NOT_PROCESSED, ...PROCESSED, ...SLOW, { ret: -2, errmsg: 'invalid typing_ticket' }],
  notifystart: [...NOT_PROCESSED, ...PROCESSED, ...SLOW],
  notifystop: [...NOT_PROCESSED, ...PROCESSED, ...SLOW],
  getuploadurl: [...NOT_PROCESSED, ...PROCESSED, ...SLOW, { ret: -2, errmsg: 'upload refused' }],
  cdn_upload: [...NOT_PROCESSED, ...PROCESSED, ...SLOW, { drop: 'middle' }, { status: 413 }],
  cdn_download: [...NOT_PROCESSED, ...PROCESSED, ...SLOW, { status: 404 }],
  get_bot_qrcode: [...NOT_PROCESSED, ...PROCESSED, ...SLOW],
  get_qrcode_status: [...NOT_PROCESSED, ...PROCESSED, ...SLOW],
};

/** The endpoints, the busiest ones more often. */
const WEIGHTS: Record<Endpoint, number> = {
  getupdates: 5,
  sendmessage: 6,
  getconfig: 3,
  sendtyping: 2,
  notifystart: 1,
  notifystop: 1,
  getuploadurl: 2,
  cdn_upload: 2,
  cdn_download: 2,
  get_bot_qrcode: 1,
  get_qrcode_status: 1,
};
const DRAW = (Object.keys(WEIGHTS) as Endpoint[]).flatMap((one) => Array<Endpoint>(WEIGHTS[one]).fill(one));
const STALL_SHARE = 0.02;
const MOST_IN_A_ROW = 3;

/**
 * The next fault.
 *
 * @param random numbers from 0 up to 1
 */
export function nextFault(random: () => number): Fault {
  const pick = <One>(list: readonly One[]): One => list[Math.floor(random() * list.length)]!;
  const endpoint = pick(DRAW);
  const isApi = endpoint !== 'getupdates' && endpoint !== 'sendmessage';
  const trouble = isApi && random() < STALL_SHARE ? pick(STALLS) : pick(TROUBLES[endpoint]);
  // Once in four times the same again: what one repeat helps against is not enough.
  const times = random() < 0.25 ? 2 + Math.floor(random() * (MOST_IN_A_ROW - 1)) : 1;
  // A second -14 in a row is a login that has ended, and then nothing more comes.
  return { endpoint, times: trouble.ret === -14 ? 1 : times, ...trouble };
}
