import type { PoolClient } from 'pg';

import { Statements } from '../../../../store/postgres/statements';

type Asked = string | { text: string; name?: string; values: unknown[] };

describe('Statements', () => {
  let asked: Asked[];
  const client = { query: (query: Asked) => void asked.push(query) } as unknown as PoolClient;
  const failure = (code: string): Error => Object.assign(new Error('it failed'), { code });

  beforeEach(() => {
    asked = [];
  });

  it('are prepared under a name that only the same has, and are for the schema in use', () => {
    const statements = new Statements('elsewhere');
    for (const table of ['facts', 'facts', 'seen'])
      void statements.query(client, `SELECT 1 FROM wechat_ilink.${table} WHERE a = $1`, ['v']);
    const [first, second, third] = asked as Array<{ text: string; name: string }>;
    expect(first).toMatchObject({ text: 'SELECT 1 FROM elsewhere.facts WHERE a = $1', values: ['v'] });
    expect(second!.name).toBe(first!.name);
    expect(third!.name).not.toBe(first!.name);
  });

  it('without values are sent as they are, and may be several', () => {
    void new Statements('wechat_ilink').query(client, 'BEGIN; COMMIT', []);
    expect(asked).toEqual(['BEGIN; COMMIT']);
  });

  it.each(['26000', '42P05', '0A000'])('are not prepared any more where that does not work: %s', (code) => {
    const statements = new Statements('wechat_ilink');
    expect(statements.giveUpPreparing(failure('23505'))).toBe(false);
    expect(statements.giveUpPreparing(failure(code))).toBe(true);
    void statements.query(client, 'SELECT $1', [1]);
    expect(asked).toEqual([{ text: 'SELECT $1', values: [1] }]);
    // The same again says something else.
    expect(statements.giveUpPreparing(failure(code))).toBe(false);
  });

  it('have no character 0 in their texts, which PostgreSQL does not take', () => {
    void new Statements('wechat_ilink').query(client, 'SELECT $1, $2', ['a\0b', ['\0', 1, null]]);
    expect(asked[0]).toMatchObject({ values: ['a\uFFFDb', ['\uFFFD', 1, null]] });
  });
});
