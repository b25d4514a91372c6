import { channelOf, News } from '../../../../store/postgres/news';
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
    expect(told).toEqual([['wechat_ilink.news', 'me 7']]);
    await answered();
    expect(told).toHaveLength(1);
  });

  it('that come while others are told are told together', async () => {
    const news = new News(sql, 'c', 'me');
    for (const number of [1, 2, 3]) news.tell(number);
    await answered();
    await answered();
    expect(told).toEqual([
      ['c', 'me 1'],
      ['c', 'me 3'],
    ]);
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
