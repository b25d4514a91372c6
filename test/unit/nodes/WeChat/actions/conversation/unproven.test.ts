import { hintIfUnproven } from '../../../../../../nodes/WeChat/actions/conversation/unproven';
import { HINTS } from '../../../../../../nodes/WeChat/texts';

describe('hintIfUnproven', () => {
  const hints = async (user: string | undefined, found: unknown[]): Promise<string[]> => {
    const said: string[] = [];
    const context = {
      addExecutionHints: (...all: Array<{ message: string }>) => said.push(...all.map((it) => it.message)),
    };
    await hintIfUnproven(context as never, { provenUser: async () => user }, found);
    return said;
  };

  it('says how to prove whose bot it is, where nothing is found with a new token', async () => {
    expect(await hints(undefined, [])).toEqual([HINTS.unproven]);
    expect(HINTS.unproven).toMatch(/write one message from your WeChat to the new bot/);
  });

  it('says nothing when something is found, or when there is nothing', async () => {
    expect(await hints(undefined, [{}])).toEqual([]);
    expect(await hints('u@im.wechat', [])).toEqual([]);
  });
});
