/**
 * Stands in for `openclaw/plugin-sdk/*`, the host that Tencent's client is a plugin of and that is not installed: only
 * what the client imports, as small as it can be. Every one of those specifiers is resolved to this file (driver.mts).
 */
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { InboundContext, Reply } from './rpc.js';

const stateDir = () => process.env.OPENCLAW_STATE_DIR!;

// openclaw/plugin-sdk/infra-runtime
export const resolvePreferredOpenClawTmpDir = () => path.join(stateDir(), 'tmp');
export const withFileLock = <T,>(_path: string, _options: unknown, run: () => Promise<T>) => run();

// openclaw/plugin-sdk/account-id. The host makes ids safe for file names: `abc@im.bot` becomes `abc-im-bot`.
export const normalizeAccountId = (raw: string) =>
  raw
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-');

// openclaw/plugin-sdk/config-runtime
export const loadConfig = () => ({});
export const writeConfigFile = async () => {};

// openclaw/plugin-sdk/plugin-runtime and hook-runtime: no other plugin is there to listen, so no hook ever runs.
export const getGlobalHookRunner = () => undefined;
const neverCalled = () => {
  throw new Error('There is no hook runner, so this cannot be called');
};
export const fireAndForgetHook = neverCalled;
export const buildCanonicalSentMessageHookContext = neverCalled;
export const toPluginMessageContext = neverCalled;
export const toPluginMessageSentEvent = neverCalled;

// openclaw/plugin-sdk/command-auth: a direct message is let through when its sender is on the list.
interface SenderQuestion {
  senderId: string;
  configuredAllowFrom: string[];
  readAllowFromStore(): Promise<string[]>;
  isSenderAllowed(id: string, list: string[]): boolean;
}
export async function resolveSenderCommandAuthorizationWithRuntime(question: SenderQuestion) {
  const allowed = [...question.configuredAllowFrom, ...(await question.readAllowFromStore())];
  const isAllowed = question.isSenderAllowed(question.senderId, allowed);
  return { senderAllowedForCommands: isAllowed, commandAuthorized: isAllowed };
}
export const resolveDirectDmAuthorizationOutcome = (sender: { senderAllowedForCommands: boolean }) =>
  sender.senderAllowedForCommands ? 'allowed' : 'unauthorized';

// openclaw/plugin-sdk/channel-message: typing starts with the reply, is repeated, and ends when the reply is out.
interface TypingParams {
  start(): Promise<void>;
  stop(): Promise<void>;
  onStartError(error: unknown): void;
  onStopError(error: unknown): void;
  keepaliveIntervalMs: number;
}
interface TypingCallbacks {
  onReplyStart(): Promise<void>;
  onIdle(): void;
}
export function createTypingCallbacks(params: TypingParams): TypingCallbacks {
  let keepalive: NodeJS.Timeout | undefined;
  const start = () => params.start().catch(params.onStartError);
  return {
    async onReplyStart() {
      keepalive ??= setInterval(() => void start(), params.keepaliveIntervalMs);
      await start();
    },
    onIdle() {
      if (!keepalive) return;
      clearInterval(keepalive);
      keepalive = undefined;
      void params.stop().catch(params.onStopError);
    },
  };
}

/** The host's agent, as far as a channel notices it: it is handed a message and answers with some replies. */
export type Agent = (accountId: string, ctx: InboundContext) => Reply[];

interface DispatcherParams {
  typingCallbacks: TypingCallbacks;
  deliver(payload: Reply): Promise<void>;
  onError(error: unknown, info: { kind: string }): void;
}
interface Dispatcher {
  /** Replies go out one after the other; a failed one is told to the channel and does not stop the next. */
  sendFinalReply(reply: Reply): void;
  waitForIdle(): Promise<void>;
}
interface ToolEvent {
  kind: 'tool';
  phase: 'start' | 'end';
  itemId: string;
  name: string;
  status?: string;
}
interface ReplyOptions {
  onReplyStart(): Promise<void>;
  onItemEvent?(event: ToolEvent): void;
}
interface Dispatch {
  ctx: InboundContext;
  dispatcher: Dispatcher;
  replyOptions: ReplyOptions;
}

function createReplyDispatcherWithTyping({ typingCallbacks, deliver, onError }: DispatcherParams) {
  let queue = Promise.resolve();
  const dispatcher: Dispatcher = {
    sendFinalReply(reply) {
      queue = queue.then(() => deliver(reply)).catch((error) => onError(error, { kind: 'final' }));
    },
    waitForIdle: () => queue,
  };
  return {
    dispatcher,
    replyOptions: { onReplyStart: typingCallbacks.onReplyStart },
    markDispatchIdle: typingCallbacks.onIdle,
  };
}

async function dispatchReply(agent: Agent, { ctx, dispatcher, replyOptions }: Dispatch): Promise<void> {
  const replies = agent(ctx.AccountId, ctx);
  if (replies.length > 0) await replyOptions.onReplyStart();
  for (const reply of replies) {
    if (reply.tool) {
      const tool = { kind: 'tool', itemId: randomUUID(), name: reply.tool } as const;
      replyOptions.onItemEvent?.({ ...tool, phase: 'start' });
      replyOptions.onItemEvent?.({ ...tool, phase: 'end', status: 'completed' });
    }
    if (reply.text !== undefined || reply.mediaUrl !== undefined) dispatcher.sendFinalReply(reply);
  }
}

async function saveMediaBuffer(
  bytes: Buffer,
  _contentType: string | undefined,
  subdir: string,
  maxBytes: number,
  originalName = 'media.bin',
): Promise<{ path: string }> {
  if (bytes.length > maxBytes) throw new Error(`Media exceeds ${maxBytes} bytes`);
  const folder = path.join(stateDir(), 'media', subdir, randomUUID());
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, path.basename(originalName));
  await writeFile(file, bytes);
  return { path: file };
}

/** `ctx.channelRuntime` of the gateway: what `monitorWeixinProvider` and `processOneMessage` ask of their host. */
export const channelRuntime = (agent: Agent) => ({
  commands: {},
  media: { saveMediaBuffer },
  routing: {
    resolveAgentRoute: ({ peer }: { peer: { id: string } }) => ({
      agentId: 'main',
      sessionKey: `agent:main:${peer.id}`,
      mainSessionKey: 'agent:main:main',
    }),
  },
  session: {
    resolveStorePath: () => path.join(stateDir(), 'sessions.json'),
    recordInboundSession: async () => {},
  },
  reply: {
    finalizeInboundContext: (ctx: InboundContext) => ctx,
    resolveHumanDelayConfig: () => undefined,
    createReplyDispatcherWithTyping,
    withReplyDispatcher: async (turn: { dispatcher: Dispatcher; run(): Promise<void> }) => {
      await turn.run();
      await turn.dispatcher.waitForIdle();
    },
    dispatchReplyFromConfig: (dispatch: Dispatch) => dispatchReply(agent, dispatch),
  },
});
