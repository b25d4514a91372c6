/** Tencent's own client, loaded as it was published. The package has no type declarations for what it runs. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BotLogin, LoginResult, SentMessage } from './rpc.js';

const root = path.dirname(
  createRequire(import.meta.url).resolve('@tencent-weixin/openclaw-weixin/package.json'),
);
const load = async (file: string): Promise<unknown> =>
  import(pathToFileURL(path.join(root, 'dist/src', file)).href);

/** `channels` of the host's configuration, as far as the client reads it. */
export interface HostConfig {
  channels: { 'openclaw-weixin': { cdnBaseUrl: string } };
}
interface ResolvedAccount {
  accountId: string;
  baseUrl: string;
  token?: string;
  configured: boolean;
}
interface GatewayContext {
  cfg: HostConfig;
  account: ResolvedAccount;
  runtime: { log(line: string): void; error(line: string): void };
  abortSignal?: AbortSignal;
  channelRuntime?: unknown;
}
interface OutboundContext {
  cfg: HostConfig;
  accountId: string;
  to: string;
  text: string;
  mediaUrl?: string;
}
interface LoginCommand {
  cfg: HostConfig;
  accountId: string;
  verbose: boolean;
  runtime: { log(line: string): void };
}
interface MessageParams {
  to: string;
  text: string;
  opts: { baseUrl: string; token?: string; contextToken?: string; accountId: string };
}

/** The channel plugin: the surface that the host calls. */
export const { weixinPlugin: plugin } = (await load('channel.js')) as {
  weixinPlugin: {
    auth: { login(command: LoginCommand): Promise<void> };
    gateway: {
      startAccount(ctx: GatewayContext): Promise<void>;
      stopAccount(ctx: GatewayContext): Promise<void>;
    };
    outbound: {
      sendText(ctx: OutboundContext): Promise<SentMessage>;
      sendMedia(ctx: OutboundContext): Promise<SentMessage>;
    };
  };
};

export const login = (await load('auth/login-qr.js')) as {
  startWeixinLoginWithQr(options: { apiBaseUrl: string; force?: boolean }): Promise<{
    qrcodeUrl?: string;
    message: string;
    sessionKey: string;
  }>;
  waitForWeixinLogin(options: { sessionKey: string; apiBaseUrl: string }): Promise<LoginResult>;
};

export const accounts = (await load('auth/accounts.js')) as {
  DEFAULT_BASE_URL: string;
  saveWeixinAccount(id: string, data: { token: string; baseUrl: string; userId: string }): void;
  registerWeixinAccountId(id: string): void;
  listIndexedWeixinAccountIds(): string[];
  loadWeixinAccount(id: string): { userId?: string } | null;
  resolveWeixinAccount(cfg: HostConfig, id: string): ResolvedAccount;
};

export const syncBuf = (await load('storage/sync-buf.js')) as {
  getSyncBufFilePath(accountId: string): string;
  loadGetUpdatesBuf(file: string): string | undefined;
};

export const { sendMessageWeixin } = (await load('messaging/send.js')) as {
  sendMessageWeixin(params: MessageParams): Promise<SentMessage>;
};

/** Saves a login like the client's own login command does. Returns the id that the client knows the account by. */
export function saveLogin(loginData: BotLogin, normalizeAccountId: (raw: string) => string): string {
  const accountId = normalizeAccountId(loginData.ilink_bot_id);
  accounts.saveWeixinAccount(accountId, {
    token: loginData.bot_token,
    baseUrl: loginData.baseurl,
    userId: loginData.ilink_user_id,
  });
  accounts.registerWeixinAccountId(accountId);
  return accountId;
}
