import { diagnoseWait } from '../../../../bot/send/wait-diagnosis';
import type { SendRequest } from '../../../../bot/send/message';
import type { Probed } from '../../../../bot/send/probe';
import type { WaitReason } from '../../../../bot/send/wait-reasons';
import { DEFAULT_LIMITS } from '../../../../bot/send/window';
import { ILinkApiError, ILinkNetworkError } from '../../../../ilink/errors';
import type { Conversation } from '../../../../store/store';

const request: SendRequest = {
  to: 'u@im.wechat',
  contextToken: { fallback: 'of the item' },
  parts: [],
  pauseMs: 0,
  whenClosed: 'queue',
  limits: DEFAULT_LIMITS,
  queueMs: 1,
  ageNote: '',
};
const login = new ILinkApiError('getconfig', { ret: -14 }, []);
const gone = new ILinkNetworkError('getconfig', 'unreachable', 'ECONNREFUSED', false);
const known = { userId: 'u@im.wechat', contextToken: 'newest' } as Conversation;

describe('diagnoseWait', () => {
  let troubles: WaitReason[];
  let asked: Array<string | undefined>;
  const diagnose = (
    reason: WaitReason,
    probed: Probed,
    conversation?: Conversation,
    error?: ILinkApiError,
  ): ReturnType<typeof diagnoseWait> =>
    diagnoseWait(
      {
        conversations: { get: async () => conversation, reasonBy: () => 'quota_used' },
        outbox: { noteTrouble: (trouble) => void troubles.push(trouble) },
        probe: async (_user, contextToken) => {
          asked.push(contextToken);
          return probed;
        },
      },
      request,
      { reason, ...(error && { error }) },
    );

  beforeEach(() => {
    [troubles, asked] = [[], []];
  });

  it('asks nobody when the server has answered just now', async () => {
    expect(await diagnose('window_over', { found: 'open' }, known, login)).toBe('window_over');
    expect(asked).toEqual([]);
  });

  it('asks with the context token that the message would carry', async () => {
    await diagnose('window_over', { found: 'closed' }, known);
    await diagnose('window_over', { found: 'closed' });
    expect(asked).toEqual(['newest', 'of the item']);
  });

  it('lets nothing wait for the user that waits for a login, and tells what waits already', async () => {
    expect(await diagnose('window_over', { found: 'refused', error: login }, known)).toBe(login);
    expect(troubles).toEqual(['token_refused']);
  });

  it('lets only those wait for a server that cannot be reached of whom something is known', async () => {
    const unreachable = { found: 'unreachable', error: gone } as const;
    expect(await diagnose('window_over', unreachable, known)).toBe('server_unreachable');
    expect(await diagnose('first_message', unreachable)).toBe(gone);
  });

  it('forgets a trouble that is over', async () => {
    expect(await diagnose('server_unreachable', { found: 'open' }, known)).toBe('quota_used');
    expect(await diagnose('token_refused', { found: 'open' })).toBe('first_message');
  });

  it('calls a throttle a closed window where the server says that it is closed', async () => {
    expect(await diagnose('throttled', { found: 'closed' }, known)).toBe('window_over');
    expect(await diagnose('throttled', { found: 'open' }, known)).toBe('throttled');
  });
});
