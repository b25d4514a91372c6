import { channelOf, News, readTold } from '../../../../store/postgres/news';
import type { Sql } from '../../../../store/postgres/sql';

describe('News', () => {
  let told: unknown[][];
  let answer: (() => void) | undefined;
  let fails: boolean;
  const sql = {
    get: (_sql: string, ...values: unknown[]) => {
      told.push(values);
      return new Promise<void>((resolve, reject) => {
        answer = () => (fails ? reject(new Error('gone')) : resolve());
      });
    },
  } as unknown as Sql;
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  const answered = async (): Promise<void> => {
    answer!();
    await settle();
  };

  beforeEach(() => {
    told = [];
    fails = false;
  });

  it('are told with who has them and the number of the change', async () => {
    new News(sql, channelOf('wechat_ilink'), 'me').tell(7);
    expect(told).toEqual([['wechat_ilink.news', '["me",7,[]]']]);
    await answered();
    expect(told).toHaveLength(1);
  });

  it('that come while others are told are told together', async () => {
    const news = new News(sql, 'c', 'me');
    for (const number of [1, 2, 3]) news.tell(number);
    await answered();
    await answered();
    expect(told).toEqual([
      ['c', '["me",1,[]]'],
      ['c', '["me",3,[]]'],
    ]);
  });

  it('say what was done for which bot, each once', async () => {
    const news = new News(sql, 'c', 'me');
    const kept = { bot: 'a', news: 'kept' as const };
    const released = { bot: 'b', news: 'released' as const };
    news.tell(1);
    news.tell(2, [kept]);
    news.tell(3, [kept, released]);
    await answered();
    await answered();
    const payload = told[1]![1] as string;
    expect(readTold(payload)).toEqual({ self: 'me', number: 3, items: [kept, released] });
  });

  it('leave out what they do not hold, which a look finds', async () => {
    const items = Array.from({ length: 200 }, (_, n) => ({ bot: `bot ${n}`, news: 'kept' as const }));
    new News(sql, 'c', 'me').tell(1, items);
    expect(told).toEqual([['c', '["me",1,[]]']]);
    await answered();
  });

  it('of another version are news all the same', () => {
    expect(readTold('me 7')).toBeUndefined();
  });

  it('have been told when that is waited for', async () => {
    const news = new News(sql, 'c', 'me');
    let isTold = false;
    news.tell(1);
    void news.told().then(() => (isTold = true));
    await settle();
    expect(isTold).toBe(false);
    await answered();
    expect(isTold).toBe(true);
  });

  it('that cannot be told stop nothing: a look finds them', async () => {
    const news = new News(sql, 'c', 'me');
    fails = true;
    news.tell(1);
    await answered();
    news.tell(2);
    await answered();
    expect(told).toHaveLength(2);
  });
});
