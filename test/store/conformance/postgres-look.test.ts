import { MIGRATIONS } from '../../../store/postgres/schema';
import { lookIntoDatabase } from '../../../store/postgres/look';
import { PostgresSchema } from './postgres-schema';

describe('A look into PostgreSQL', () => {
  const schema = new PostgresSchema();
  beforeAll(() => schema.start());
  afterEach(() => schema.empty());
  afterAll(() => schema.stop());

  it('finds the version, who lives and polls for how many bots, and what could not be read', async () => {
    const store = await schema.open();
    const now = Date.now();
    await store.leases.heartbeat('lives', { now, lifeMs: 60_000 });
    for (const connection of ['a'.repeat(32), 'a'.repeat(64), 'b'.repeat(32)])
      await store.leases.acquire({ connection, owner: 'lives', now, longestLifeMs: 60_000 }, () => false);
    const piece = { digest: 'd', reason: 'not_json', body: Buffer.from('{'), size: 1 };
    await store.unreadable.keep('bot', [piece], { userId: '', body: '{}', at: now });
    const look = await lookIntoDatabase({ url: schema.url }, schema.name);
    expect(look).toMatchObject({
      version: { found: MIGRATIONS.length, known: MIGRATIONS.length },
      leaders: [{ owner: 'lives', bots: 2 }],
      unreadable: [{ reason: 'not_json', size: 1 }],
      echoes: 0,
    });
    await schema.elapse(120_000);
    expect((await lookIntoDatabase({ url: schema.url }, schema.name)).leaders).toEqual([]);
  });

  it('says when there are no tables', async () => {
    await expect(lookIntoDatabase({ url: schema.url }, 'wechat_ilink_nowhere')).rejects.toMatchObject({
      code: 'STORE_TABLES_GONE',
    });
  });
});
