import { troubleOf } from '../../../bot/trouble';
import { ILinkHttpError, ILinkNetworkError } from '../../../ilink/errors';
import type { Health } from '../../../bot/receive/health';

const NOW = 1_700_000_000_000;
const gone = new ILinkNetworkError('getupdates', 'unreachable', 'ECONNREFUSED', false);

describe('What the poll says of everything that waits', () => {
  it.each<[string, Health, ReturnType<typeof troubleOf>]>([
    ['a refused token counts at once', { state: 'login_needed', since: NOW }, 'token_refused'],
    ['so does one that was taken over', { state: 'taken_over', since: NOW }, 'token_refused'],
    ['a fault that may pass is no news', { state: 'retrying', since: NOW - 59_000, error: gone }, undefined],
    ['one that lasts is', { state: 'retrying', since: NOW - 60_000, error: gone }, 'server_unreachable'],
    [
      'access that stays denied is a matter of the token',
      { state: 'retrying', since: NOW - 60_000, error: new ILinkHttpError('getupdates', 403) },
      'token_refused',
    ],
    ['an answer ends it', { state: 'connected', since: NOW }, 'none'],
    ['another process knows', { state: 'standby', since: 0 }, undefined],
    ['nobody knows yet', { state: 'connecting', since: 0 }, undefined],
  ])('%s', (_, health, expected) => {
    expect(troubleOf(health, NOW)).toBe(expected);
  });
});
