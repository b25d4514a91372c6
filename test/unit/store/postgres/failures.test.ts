import { explained, isConnectionFailure, isPassing } from '../../../../store/postgres/failures';

const failure = (code: string, message = 'it failed', more: object = {}): Error =>
  Object.assign(new Error(message), { code, ...more });

describe('A failure of PostgreSQL', () => {
  it.each<[string, Error, boolean]>([
    ['STORE_UNREACHABLE', failure('ECONNREFUSED'), true],
    ['STORE_UNREACHABLE', failure('57P01'), true],
    ['STORE_UNREACHABLE', failure('08006'), true],
    ['STORE_UNREACHABLE', new Error('Connection terminated unexpectedly'), true],
    ['STORE_UNREACHABLE', new Error('Query read timeout'), true],
    ['STORE_READ_ONLY', failure('25006'), true],
    ['STORE_FULL', failure('53100'), false],
    ['STORE_DENIED', failure('28P01'), false],
    ['STORE_DENIED', failure('42501'), false],
    ['STORE_TABLES_GONE', failure('42P01'), false],
    ['STORE_NEWER', failure('STORE_NEWER'), false],
    ['40P01', failure('40P01'), true],
    ['23502', failure('23502'), false],
    ['STORE_FAILED', new TypeError('a bug'), false],
  ])('is told as %s: %s (tried again: %s)', (code, error, passes) => {
    expect(explained(error)).toMatchObject({ code });
    expect(isPassing(error)).toBe(passes);
  });

  it('says nothing of what was sent, nor of how the database is reached', () => {
    const secrets = {
      detail: 'Failing row contains (what somebody wrote)',
      client: { connectionParameters: { password: 'a secret' } },
      input: 'postgres://user:a secret@db',
    };
    const told = explained(failure('23502', 'null value in column "body"', secrets));
    expect(Object.getOwnPropertyNames(told).sort()).toEqual(['code', 'message', 'stack']);
    expect(JSON.stringify(told) + told.message).not.toMatch(/secret|somebody/);
  });

  it('is one of the connection only when nobody knows what became of what was under way', () => {
    expect(isConnectionFailure(failure('40P01'))).toBe(false);
    expect(isConnectionFailure(failure('23502'))).toBe(false);
  });
});
