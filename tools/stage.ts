import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type BotLogin, type Emulator } from '../emulator';
import { packAndInstall, type PackedPackage } from './n8n/package';
import { N8nRest, type Owner } from './n8n/rest';
import { ensureN8n } from './n8n/runtime';
import { startN8n, type N8nServer } from './n8n/server';
import { freePort } from './ports';
import type { Progress } from './progress';
import { onShutdown } from './shutdown';

/** The account of an n8n that lives as long as this process and listens on loopback only. */
export const OWNER: Owner = {
  email: 'owner@example.com',
  password: 'Demo-12345',
  firstName: 'Demo',
  lastName: 'Owner',
};

export const CREDENTIAL_TYPE = 'weChatBotApi';

/** A stand-in for Tencent's server, an n8n with our package, and an owner who is logged in. */
export interface Stage {
  emulator: Emulator;
  n8n: N8nServer;
  rest: N8nRest;
  packed: PackedPackage;
  userFolder: string;
  /** Ends everything and removes what it left on disk. Ctrl+C does it too. */
  close(): Promise<void>;
}

export interface StageOptions {
  progress: Progress;
  /** Where n8n's output goes; without it, into the user folder, which `close` removes. */
  log?: string;
  /** Taken if they are free. */
  preferredPorts?: { n8n?: number; phone?: number };
  /** Added to n8n's environment. */
  env?: NodeJS.ProcessEnv;
  /** How long each start of n8n may take, in milliseconds. */
  startMs?: number;
}

/** Brings everything up, visibly. @throws after having ended what was started already. */
export async function setStage({
  progress,
  log,
  preferredPorts = {},
  env = {},
  startMs,
}: StageOptions): Promise<Stage> {
  const undo: Array<() => Promise<void>> = [];
  const close = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  onShutdown(close);
  try {
    const runtime = await ensureN8n(progress);
    const userFolder = await mkdtemp(join(tmpdir(), 'wechat-ilink-n8n-'));
    undo.push(async () => await rm(userFolder, { recursive: true, force: true }));
    const packed = await packAndInstall(userFolder, progress);
    const emulator = await startEmulator({ personPort: await freePort(preferredPorts.phone) });
    undo.push(async () => await emulator.stop());
    const port = await freePort(preferredPorts.n8n);
    const limits = startMs === undefined ? {} : { startMs };
    const n8n = await startN8n({ runtime, userFolder, port, progress, env, ...limits, ...(log && { log }) });
    undo.push(async () => await n8n.stop());
    const rest = new N8nRest(n8n.url, runtime);
    await rest.setupOwner(OWNER);
    return { emulator, n8n, rest, packed, userFolder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a user types into the credential dialog after a login. */
export function credentialData(emulator: Emulator, bot: BotLogin): Record<string, string> {
  return {
    botToken: bot.bot_token,
    botId: bot.ilink_bot_id,
    ownerUserId: bot.ilink_user_id,
    apiBaseUrl: bot.baseurl,
    cdnBaseUrl: emulator.cdnUrl,
    clientVersion: '2.4.9',
  };
}
