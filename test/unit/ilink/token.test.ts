import { ILinkApiError, ILinkHttpError, ILinkNetworkError, ILinkReplyError } from '../../../ilink/errors';
import { tokenWorks, verdictOfError, verdictOfReply } from '../../../ilink/token';

const code = (ret: number, errmsg = ''): Error => new ILinkApiError('getconfig', { ret, errmsg }, []);
const status = (http: number): Error => new ILinkHttpError('getconfig', http);

describe('What an answer to getconfig says about the token', () => {
  it.each([
    ['-14', code(-14)],
    ['HTTP 401', status(401)],
    ['HTTP 403', status(403)],
  ])('%s is the only kind that says that it is bad', (_what, error) =>
    expect(verdictOfError(error)).toBe('refused'),
  );

  it.each([
    [-4, 'GetTypingTicket rpc failed', 'write_first'],
    [-4, '', 'write_first'],
    [1, 'GetTypingTicket rpc failed', 'write_first'],
    [-2, 'ilink_user_id required', 'user_unknown'],
    [-3, 'invalid arguments', 'user_unknown'],
    [-1, '', 'works_with_code'],
    [-13, '', 'works_with_code'],
    [1, '', 'works_with_code'],
    [-99, 'whatever', 'works_with_code'],
  ])('code %i "%s" says that it was taken: %s', (ret, errmsg, verdict) => {
    expect(verdictOfError(code(ret, errmsg))).toBe(verdict);
    expect(tokenWorks(verdictOfError(code(ret, errmsg)))).toBe(true);
  });

  it.each([
    ['HTTP 404', status(404)],
    ...[302, 400, 402, 405, 407, 429, 500, 502, 503].map((http): [string, Error] => [
      `HTTP ${http}`,
      status(http),
    ]),
    ['no connection', new ILinkNetworkError('getconfig', 'unreachable', 'ECONNREFUSED', false)],
    ['a page', new ILinkReplyError('getconfig', { code: 'no_object' })],
    ['a mistake of ours', new TypeError('bug')],
  ])('%s says nothing about it', (_what, error) => {
    expect(verdictOfError(error)).toBe('no_answer');
    expect(tokenWorks('no_answer')).toBe(false);
  });

  it.each([
    [{ ret: 0, typing_ticket: 't' }, 'works'],
    [{ typing_ticket: 't' }, 'works'],
    [{ ret: 0 }, 'works'],
    [{}, 'not_ilink'],
  ])('%j is %s', (reply, verdict) => expect(verdictOfReply(reply)).toBe(verdict));
});
