import { classify } from '../../../ilink/classify';
import type { Kind, Observation, Repeat } from '../../../ilink/verdict';

type Row = [what: string, observation: Observation, kind: Kind, repeat: Repeat];

/** Every row of the protocol's table "Replies: ret and errcode", and the HTTP lines below it. */
const ROWS: Row[] = [
  ['ret 0', { endpoint: 'sendmessage', ret: 0 }, 'accepted', 'no'],
  ['no code at all', { endpoint: 'sendmessage' }, 'accepted', 'no'],
  ['-14 in ret', { endpoint: 'getupdates', ret: -14 }, 'login_needed', 'later'],
  ['-14 in errcode', { endpoint: 'getupdates', errcode: -14 }, 'login_needed', 'later'],
  [
    '-14 in errcode beside another ret',
    { endpoint: 'getconfig', ret: -1, errcode: -14 },
    'login_needed',
    'later',
  ],
  ['-14 when sending', { endpoint: 'sendmessage', ret: -14 }, 'login_needed', 'later'],
  [
    '-2 prepare failed',
    { endpoint: 'sendmessage', ret: -2, errmsg: 'prepare failed' },
    'window_closed',
    'no',
  ],
  ['-2 unknown error', { endpoint: 'sendmessage', ret: -2, errmsg: 'unknown error' }, 'window_closed', 'no'],
  ['-2 without a text', { endpoint: 'sendmessage', ret: -2, errmsg: '' }, 'window_closed', 'no'],
  ['-2 without errmsg', { endpoint: 'sendmessage', errcode: -2 }, 'window_closed', 'no'],
  [
    '-2 id required',
    { endpoint: 'getconfig', ret: -2, errmsg: 'ilink_user_id required' },
    'bad_request',
    'no',
  ],
  [
    '-2 empty item_list',
    { endpoint: 'sendmessage', ret: -2, errmsg: 'item_list is empty' },
    'bad_request',
    'no',
  ],
  [
    '-2 text too long',
    { endpoint: 'sendmessage', ret: -2, errmsg: 'text over 16384 bytes' },
    'bad_request',
    'no',
  ],
  [
    '-2 with a context token that is not taken',
    { endpoint: 'sendmessage', ret: -2, errmsg: 'Invalid context_token' },
    'context_token_refused',
    'no',
  ],
  [
    '-2 without a context token',
    { endpoint: 'sendmessage', ret: -2, errmsg: 'context_token required' },
    'context_token_refused',
    'no',
  ],
  [
    '-2 that says that the session is over',
    { endpoint: 'sendmessage', ret: -2, errmsg: 'session has expired' },
    'window_closed',
    'no',
  ],
  [
    '-2 with the text of a message about context tokens',
    {
      endpoint: 'sendmessage',
      ret: -2,
      errmsg: 'bad text: what is a context token?',
      sent: ['what is a context token?'],
    },
    'bad_request',
    'no',
  ],
  ['-2 at upload', { endpoint: 'getuploadurl', ret: -2 }, 'upload_refused', 'no'],
  ['-3', { endpoint: 'sendmessage', ret: -3, errmsg: 'invalid arguments' }, 'wrong_recipient', 'no'],
  ['-1 at upload', { endpoint: 'getuploadurl', ret: -1 }, 'server_trouble', 'few'],
  ['-1 at a poll', { endpoint: 'getupdates', ret: -1 }, 'empty_poll', 'yes'],
  ['-1 elsewhere', { endpoint: 'sendmessage', ret: -1 }, 'server_trouble', 'few'],
  ['-13', { endpoint: 'sendmessage', ret: -13 }, 'throttled', 'later'],
  ['a code that nobody knows', { endpoint: 'sendmessage', ret: -99 }, 'unknown_code', 'no'],
  ['-14 at a login', { endpoint: 'get_qrcode_status', ret: -14 }, 'login_failed', 'no'],
  [
    '-2 at a login',
    { endpoint: 'get_bot_qrcode', ret: -2, errmsg: 'invalid bot_type' },
    'login_failed',
    'no',
  ],
  ['-1 at a login', { endpoint: 'get_qrcode_status', ret: -1 }, 'server_trouble', 'yes'],
  ['-13 at a login', { endpoint: 'get_bot_qrcode', ret: -13 }, 'throttled', 'later'],
  ['no code at a login', { endpoint: 'get_qrcode_status' }, 'accepted', 'no'],
  ['HTTP 500', { endpoint: 'sendmessage', httpStatus: 500 }, 'server_trouble', 'yes'],
  ['HTTP 524', { endpoint: 'getupdates', httpStatus: 524 }, 'server_trouble', 'yes'],
  ['HTTP 401', { endpoint: 'getupdates', httpStatus: 401 }, 'access_denied', 'no'],
  ['HTTP 403', { endpoint: 'sendmessage', httpStatus: 403 }, 'access_denied', 'no'],
  ['HTTP 404', { endpoint: 'sendmessage', httpStatus: 404 }, 'wrong_address', 'no'],
  ['a redirect', { endpoint: 'sendmessage', httpStatus: 302 }, 'wrong_address', 'no'],
  ['HTTP 429', { endpoint: 'sendmessage', httpStatus: 429 }, 'throttled', 'later'],
  ['HTTP 400 of the CDN', { endpoint: 'cdn_upload', httpStatus: 400 }, 'upload_refused', 'no'],
  ['a reset', { endpoint: 'sendmessage', failure: 'unreachable' }, 'unreachable', 'yes'],
  ['a timeout', { endpoint: 'sendmessage', failure: 'timed_out' }, 'timed_out', 'yes'],
  ['a page instead of JSON', { endpoint: 'sendmessage', failure: 'unintelligible' }, 'unintelligible', 'yes'],
];

describe('classify', () => {
  it.each(ROWS)('takes %s for what it is', (_what, observation, kind, repeat) => {
    expect(classify(observation)).toMatchObject({ kind, repeat });
  });

  it('does not take a closed window for a bad parameter because of white space or case', () => {
    expect(classify({ endpoint: 'sendmessage', ret: -2, errmsg: ' Prepare Failed ' }).kind).toBe(
      'window_closed',
    );
  });

  it('tells a text that is too long from other bad parameters', () => {
    const codeOf = (errmsg: string): string => classify({ endpoint: 'sendmessage', ret: -2, errmsg }).code;
    expect(codeOf('text exceeds 16384 bytes')).toBe('text_too_long');
    expect(codeOf('client_id required')).toBe('bad_request');
  });
});

describe('A refusal for coming too fast', () => {
  it.each([
    [-2, 'rate limited'],
    [-2, 'freq limit'],
    [-2, 'Too Many Requests'],
    [-1, 'request too frequent'],
    [45_009, 'reach max api daily quota limit: api freq out of limit'],
    [-2, '操作频繁'],
  ])('is a throttle, whatever code stands beside it: %i %s', (ret, errmsg) => {
    expect(classify({ endpoint: 'sendmessage', ret, errmsg }).kind).toBe('throttled');
  });

  it.each([
    [-2, 'system error'],
    [-2, 'send failed.'],
    [-2, 'Please try again later!'],
    [-2, '   '],
  ])('may be meant by a text that says nothing of the message: %i %p', (ret, errmsg) => {
    expect(classify({ endpoint: 'sendmessage', ret, errmsg }).kind).toBe('window_closed');
  });

  it('is not what the text of the message says that the server repeats', () => {
    const sent = ['please rate limit this'];
    expect(classify({ endpoint: 'sendmessage', ret: -2, errmsg: 'bad: rate limit', sent }).kind).toBe(
      'bad_request',
    );
  });

  it('is not said by a stale token', () => {
    expect(classify({ endpoint: 'sendmessage', ret: -14, errmsg: 'rate limit' }).kind).toBe('login_needed');
  });
});

describe('A limit that the server names', () => {
  it.each([
    [
      { endpoint: 'sendmessage', ret: -2, errmsg: 'content length exceeds 2048' },
      { amount: 2048, unit: 'bytes' },
    ],
    [
      { endpoint: 'sendmessage', ret: -2, errmsg: 'message exceeds 4096 characters' },
      { amount: 4096, unit: 'characters' },
    ],
    [
      { endpoint: 'getuploadurl', ret: -2, errmsg: 'file size limit 25MB' },
      { amount: 25, unit: 'MB' },
    ],
    [
      { endpoint: 'cdn_upload', httpStatus: 413, errmsg: 'max 20 MB' },
      { amount: 20, unit: 'MB' },
    ],
    [
      { endpoint: 'cdn_upload', httpStatus: 400, errmsg: 'file size exceeds 1048576 bytes' },
      { amount: 1_048_576, unit: 'bytes' },
    ],
  ] as const)('is the one in the text: %j', (observation, limit) => {
    expect(classify(observation).limit).toEqual(limit);
  });
});
