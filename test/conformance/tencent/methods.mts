/** The calls of rpc.ts, each done by Tencent's own code. */
import { channelRuntime, normalizeAccountId } from './openclaw.mjs';
import type { DriverFrame, DriverSetup, InboundMessage, MethodName, Params, Reply, Result } from './rpc.js';
import { preciseNow } from './surroundings.mjs';
import { accounts, login, plugin, saveLogin, sendMessageWeixin, syncBuf } from './tencent-code.mjs';

type MethodTable = { [M in MethodName]: (params: Params<M>) => Promise<Result<M>> };

interface Surroundings {
  setup: DriverSetup;
  tell(frame: DriverFrame): void;
  advanceClock(ms: number): void;
}

/** What the stand-in for the host remembers of one account. */
interface AccountState {
  received: InboundMessage[];
  /** Told of every message that comes in. */
  waiting: Set<() => void>;
  replies: Reply[];
  running?: { abort: AbortController; ended: Promise<void> };
}

export function createMethods({ setup, tell, advanceClock }: Surroundings): MethodTable {
  const cfg = { channels: { 'openclaw-weixin': { cdnBaseUrl: setup.cdnBaseUrl } } };
  const log = (line: string) => tell({ kind: 'log', line });
  const inbox = createInbox(tell);
  const gatewayContext = (accountId: string) => ({
    cfg,
    account: accounts.resolveWeixinAccount(cfg, accountId),
    runtime: { log, error: log },
  });

  return {
    ...loginMethods(cfg, log),
    ...sendMethods(cfg),

    async startMonitor({ accountId }) {
      const abort = new AbortController();
      const ended = plugin.gateway
        .startAccount({
          ...gatewayContext(accountId),
          abortSignal: abort.signal,
          channelRuntime: channelRuntime(inbox.receive),
        })
        // A pause of the loop that is cut short rejects: that is how the client ends when it is told to.
        .catch((error: unknown) => {
          if (!abort.signal.aborted) log(`monitor ended: ${String(error)}`);
        });
      inbox.of(accountId).running = { abort, ended };
    },
    async stopMonitor({ accountId }) {
      const state = inbox.of(accountId);
      state.running?.abort.abort();
      await state.running?.ended;
      state.running = undefined;
      await plugin.gateway.stopAccount(gatewayContext(accountId));
    },
    async replyWith({ accountId, replies }) {
      inbox.of(accountId).replies = replies;
    },
    async receiveCount({ accountId, count, skip = 0 }) {
      return inbox.wait(accountId, skip, count);
    },
    async storedCursor({ accountId }) {
      return syncBuf.loadGetUpdatesBuf(syncBuf.getSyncBufFilePath(accountId)) ?? null;
    },
    async advanceClock({ ms }) {
      advanceClock(ms);
    },
  };
}

/** Where messages arrive: remembered per account, told to the parent, answered with the replies that were set. */
function createInbox(tell: (frame: DriverFrame) => void) {
  const states = new Map<string, AccountState>();
  const of = (accountId: string): AccountState => {
    const state = states.get(accountId) ?? { received: [], waiting: new Set(), replies: [] };
    states.set(accountId, state);
    return state;
  };
  return {
    of,
    receive(accountId: string, ctx: InboundMessage['ctx']): Reply[] {
      const message = { accountId, at: preciseNow(), ctx };
      const state = of(accountId);
      state.received.push(message);
      tell({ kind: 'inbound', message });
      for (const look of state.waiting) look();
      return state.replies;
    },
    wait(accountId: string, skip: number, count: number): Promise<InboundMessage[]> {
      const { received, waiting } = of(accountId);
      return new Promise((resolve) => {
        const look = () => {
          if (received.length < skip + count) return;
          waiting.delete(look);
          resolve(received.slice(skip, skip + count));
        };
        waiting.add(look);
        look();
      });
    },
  };
}

type Config = Parameters<typeof accounts.resolveWeixinAccount>[0];

function loginMethods(cfg: Config, log: (line: string) => void) {
  const listAccounts = () =>
    accounts.listIndexedWeixinAccountIds().map((accountId) => {
      const { baseUrl, token } = accounts.resolveWeixinAccount(cfg, accountId);
      return { accountId, baseUrl, token, userId: accounts.loadWeixinAccount(accountId)?.userId };
    });
  return {
    adopt: async (data) => ({ accountId: saveLogin(data, normalizeAccountId) }),
    loginStart: ({ force }) => login.startWeixinLoginWithQr({ apiBaseUrl: accounts.DEFAULT_BASE_URL, force }),
    loginWait: ({ sessionKey }) =>
      login.waitForWeixinLogin({ sessionKey, apiBaseUrl: accounts.DEFAULT_BASE_URL }),
    async login() {
      await plugin.auth.login({ cfg, accountId: 'new', verbose: false, runtime: { log } });
      return listAccounts();
    },
    accounts: async () => listAccounts(),
  } satisfies Partial<MethodTable>;
}

function sendMethods(cfg: Config) {
  const sendMessage: MethodTable['sendMessage'] = ({ accountId, to, text, contextToken }) => {
    const { baseUrl, token } = accounts.resolveWeixinAccount(cfg, accountId);
    return sendMessageWeixin({ to, text, opts: { baseUrl, token, contextToken, accountId } });
  };
  return {
    sendMessage,
    sendText: (message) => plugin.outbound.sendText({ cfg, ...message }),
    sendMedia: ({ path, ...message }) => plugin.outbound.sendMedia({ cfg, ...message, mediaUrl: path }),
    async sendTexts({ count, text, atOnce = 1, ...rest }) {
      const sent: Result<'sendTexts'> = [];
      let next = 0;
      const sendOneByOne = async () => {
        for (let index = next++; index < count; index = next++) {
          const startedAt = preciseNow();
          const message = await sendMessage({ ...rest, text: `${text} ${index}` });
          sent[index] = { ...message, startedAt, acceptedAt: preciseNow() };
        }
      };
      await Promise.all(Array.from({ length: atOnce }, sendOneByOne));
      return sent;
    },
  } satisfies Partial<MethodTable>;
}
