/**
 * What the child process that runs Tencent's client (driver.mts) and its handle (client.ts) say to each other.
 * Types only: the two are loaded as different kinds of modules and share nothing at run time.
 */

/** What a login returns, by the wire's names. The emulator's `bind()` returns the same. */
export interface BotLogin {
  bot_token: string;
  ilink_bot_id: string;
  ilink_user_id: string;
  baseurl: string;
}

/** How the child is set up: JSON in its first argument. */
export interface DriverSetup {
  /** Origins that the client calls by name, each with the loopback origin that stands in for it. */
  routes: Record<string, string>;
  /** The client's state folder: accounts, cursors, context tokens, media, quote cache, log. */
  stateDir: string;
  /** CDN base, as a user sets it in `channels.openclaw-weixin.cdnBaseUrl`. */
  cdnBaseUrl: string;
  /** Pauses of the client in ms that are cut to `to` ms (surroundings.mts says why that is harmless). */
  shortenedPauses: { from: number[]; to: number };
}

/** The client's own account file, read back through its own code. */
export interface StoredAccount {
  accountId: string;
  baseUrl: string;
  token?: string;
  userId?: string;
}

/** What the client's `waitForWeixinLogin` resolves with. */
export interface LoginResult {
  connected: boolean;
  alreadyConnected?: boolean;
  botToken?: string;
  accountId?: string;
  baseUrl?: string;
  userId?: string;
  message: string;
}

/** The message as the client hands it to its host: the fields of its `WeixinMsgContext` that matter here. */
export interface InboundContext {
  Body: string;
  From: string;
  To: string;
  AccountId: string;
  /** The wire's message id, which the client keeps as a string. */
  MessageSidFull?: string;
  Timestamp?: number;
  context_token?: string;
  MediaPath?: string;
  MediaType?: string;
  MediaPaths?: string[];
  ReplyToId?: string;
  ReplyToBody?: string;
  ReplyToQuoteText?: string;
  ReplyToIsQuote?: boolean;
}

/** `at` is in ms since the epoch with fractions (performance), so that two processes can be compared. */
export interface InboundMessage {
  accountId: string;
  at: number;
  ctx: InboundContext;
}

/** What the host's agent does about one inbound message. */
export interface Reply {
  text?: string;
  /** An absolute path. */
  mediaUrl?: string;
  /** A tool that the agent says it used, reported by the client as start and result. */
  tool?: string;
}

export interface SentMessage {
  /** The `client_id` that the client made. */
  messageId: string;
  /** The server's message id, where the client looks at it. */
  serverMessageId?: string;
}

/** One accepted send: when it began and when its reply was there, ms since the epoch with fractions. */
export interface TimedSend extends SentMessage {
  startedAt: number;
  acceptedAt: number;
}

type Account = { accountId: string };
type Outgoing = Account & { to: string; text: string };

/** The calls, by name: [parameters, result]. */
export interface Methods {
  /** Keeps a login in the state folder with the client's own code, as it does itself after `confirmed`. */
  adopt: [BotLogin, Account];
  loginStart: [{ force?: boolean }, { qrcodeUrl?: string; sessionKey: string; message: string }];
  loginWait: [{ sessionKey: string }, LoginResult];
  /** The whole `channels login` command: shows the code, waits, saves the account. */
  login: [Record<string, never>, StoredAccount[]];
  accounts: [Record<string, never>, StoredAccount[]];
  /** Starts the account like the gateway does: notifystart, then `monitorWeixinProvider` until `stopMonitor`. */
  startMonitor: [Account, void];
  stopMonitor: [Account, void];
  /** What the agent answers to every message of this account from now on. */
  replyWith: [Account & { replies: Reply[] }, void];
  /** The cursor in the state folder. */
  storedCursor: [Account, string | null];
  /** Through the channel's outbound adapter, with the context token that the client remembers. */
  sendText: [Outgoing, SentMessage];
  sendMedia: [Outgoing & { path: string }, SentMessage];
  /** Below the adapter, where the server's message id is seen. Without `contextToken` none is sent. */
  sendMessage: [Outgoing & { contextToken?: string }, SentMessage];
  /** Moves the client's idea of the time (Date.now) forward. Timers are not touched. */
  advanceClock: [{ ms: number }, void];
  /** Sends `count` texts one after the other, or `atOnce` of them at the same time. In the order in which they began. */
  sendTexts: [Outgoing & { count: number; atOnce?: number; contextToken?: string }, TimedSend[]];
  /** Resolves with messages number `skip`…`skip + count` of this account, as soon as they are there. */
  receiveCount: [Account & { count: number; skip?: number }, InboundMessage[]];
}

export type MethodName = keyof Methods;
export type Params<M extends MethodName> = Methods[M][0];
export type Result<M extends MethodName> = Methods[M][1];

/** Parent to child. */
export interface CallFrame {
  id: number;
  method: MethodName;
  params: unknown;
}

/** Child to parent. */
export type DriverFrame =
  | { kind: 'ready' }
  | { kind: 'result'; id: number; result?: unknown; error?: string }
  | { kind: 'inbound'; message: InboundMessage }
  | { kind: 'log'; line: string }
  /** The client called a host that is neither routed nor loopback. */
  | { kind: 'violation'; url: string };
