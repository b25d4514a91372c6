import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  join(homedir(), 'Applications', 'Google Chrome.app', 'Contents', 'MacOS', 'Google Chrome'),
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** No sandbox because containers forbid it; the rest keeps the browser from talking to anybody but us. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Browser {
  context: BrowserContext;
  /** Addresses outside loopback that a page asked for; every one of them was refused. */
  outside: string[];
  close(): Promise<void>;
}

export interface BrowserOptions {
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
  /** Language of the browser, e.g. `zh-CN`. */
  locale?: string;
}

/** The path of a Chromium or Chrome. @throws with the way to get one. */
export function findChromium(
  env: NodeJS.ProcessEnv = process.env,
  exists: (path: string) => boolean = existsSync,
): string {
  if (env.CHROMIUM_PATH) {
    if (exists(env.CHROMIUM_PATH)) return env.CHROMIUM_PATH;
    throw new Error(`CHROMIUM_PATH names ${env.CHROMIUM_PATH}, and there is no such file.`);
  }
  const found = CANDIDATES.find(exists);
  if (found) return found;
  throw new Error(
    'No Chromium or Chrome found. Install one ("apt install chromium", "brew install --cask chromium"), ' +
      'or name its path in CHROMIUM_PATH.',
  );
}

/** Starts a headless browser with a profile of its own, which is gone when it closes. Pages reach loopback only. */
export async function openBrowser({
  width = 1400,
  height = 900,
  colorScheme = 'light',
  locale = 'en-US',
}: BrowserOptions = {}): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'wechat-ilink-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: true,
    args: FLAGS,
    viewport: { width, height },
    locale,
    colorScheme,
  });
  const outside: string[] = [];
  await context.route(
    (url) => !['127.0.0.1', 'localhost'].includes(url.hostname) && url.protocol.startsWith('http'),
    async (route) => {
      outside.push(route.request().url());
      await route.abort();
    },
  );
  return {
    context,
    outside,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** A screenshot in artefacts/<name>.png. @returns its path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const path = join(__dirname, '..', 'artefacts', `${name}.png`);
  await mkdir(dirname(path), { recursive: true });
  // Finished, not in the middle of a fade.
  await page.screenshot({ path, animations: 'disabled' });
  return path;
}
