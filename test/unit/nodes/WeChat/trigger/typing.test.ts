import type { KeepAliveOptions, TypingHold } from '../../../../../bot/typing/typing';
import { ILinkHttpError } from '../../../../../ilink/errors';
import { readMessage } from '../../../../../ilink/incoming';
import { typingFor } from '../../../../../nodes/WeChat/trigger/typing';
import { settle } from '../../../../support/fake-clock';

describe('Showing typing while the workflow runs', () => {
  let asked: Array<[string, KeepAliveOptions]>;
  let warnings: string[];
  let released: number;
  let shown: () => Promise<void>;
  let show: ReturnType<typeof typingFor>;

  beforeEach(() => {
    [asked, warnings, released] = [[], [], 0];
    shown = async () => undefined;
    const keepAlive = (user: string, options: KeepAliveOptions): TypingHold => {
      asked.push([user, options]);
      return { shown: shown(), endsBy: 0, release: () => released++ };
    };
    show = typingFor({ keepAlive }, { warn: (line: string) => warnings.push(line) });
  });
  const failing = async (): Promise<void> => {
    throw new ILinkHttpError('sendtyping', 500);
  };

  test('asks for the sender, with the token of the message and a limit, and lets go at the end', async () => {
    const hide = show(readMessage({ from_user_id: 'u@im.wechat', context_token: 'ctx' }));
    expect(asked).toEqual([['u@im.wechat', { contextToken: 'ctx', timeoutMs: 600_000 }]]);
    expect(released).toBe(0);
    hide();
    expect(released).toBe(1);
  });

  test.each([null, 'garbage', {}, { from_user_id: '' }, { from_user_id: 7 }])(
    'is not shown where nobody can see it: %j',
    (message) => {
      show(readMessage(message))();
      expect(asked).toEqual([]);
    },
  );

  test('works without a token, or with one that is none', () => {
    show(readMessage({ from_user_id: 'u' }));
    show(readMessage({ from_user_id: 'u', context_token: 5 }));
    expect(asked.map(([, { contextToken }]) => contextToken)).toEqual([undefined, undefined]);
  });

  test('says once that it fails, and again when it fails after it had worked', async () => {
    shown = failing;
    for (let time = 0; time < 3; time++) show(readMessage({ from_user_id: 'u' }));
    await settle();
    expect(warnings).toEqual([
      `WeChat Trigger: "typing…" could not be shown (WeChat's server had a problem)`,
    ]);
    shown = async () => undefined;
    show(readMessage({ from_user_id: 'u' }));
    await settle();
    shown = failing;
    show(readMessage({ from_user_id: 'u' }));
    await settle();
    expect(warnings).toHaveLength(2);
  });

  test('says nothing of an error that nobody knows: it may hold anything', async () => {
    shown = async () => {
      throw new Error('a token, or what somebody wrote');
    };
    show(readMessage({ from_user_id: 'u' }));
    await settle();
    expect(warnings).toEqual([
      'WeChat Trigger: "typing…" could not be shown (something unexpected went wrong)',
    ]);
  });
});
