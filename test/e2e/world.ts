import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { BotLogin } from '../../emulator';
import { openBrowser, type Browser } from '../../tools/browser';
import type { WorkflowDraft, WorkflowNode } from '../../tools/n8n/types';
import { CREDENTIAL_TYPE, credentialData, OWNER, type Stage } from '../../tools/stage';

export const ARTEFACTS = join(__dirname, '..', '..', 'artefacts', 'e2e');

/** A machine that runs other things too may stand still for a while; how long a wait may take matters only when it is in vain. */
const DEADLINE_MS = 60_000;

export const TRIGGER_TYPE = 'n8n-nodes-wechat-ilink.weChatTrigger';
export const ACTION_TYPE = 'n8n-nodes-wechat-ilink.weChat';

/** One thing that a user can do, shown in a real n8n. */
export interface Scenario {
  name: string;
  run(world: World): Promise<void>;
}

/** A WeChat user whose account is bound to a bot, and the n8n credential of that bot. */
export interface Account {
  bot: BotLogin;
  who: { bot_id: string; user_id: string };
  credential: { id: string; name: string };
}

/** What scenarios share: one n8n, one emulator, one browser. Each scenario makes its own bot and workflow. */
export class World {
  private browser: Browser | undefined;
  private accounts = 0;

  /** @param wanted from the command line */
  constructor(
    readonly stage: Stage,
    readonly wanted: { requests?: number } = {},
  ) {}

  /** A new bot, so that scenarios do not see each other's messages. */
  async account(): Promise<Account> {
    const { emulator, rest } = this.stage;
    const bot = emulator.bind();
    const name = `WeChat bot ${++this.accounts}`;
    const { id } = await rest.createCredential(name, CREDENTIAL_TYPE, credentialData(emulator, bot));
    const who = { bot_id: bot.ilink_bot_id, user_id: bot.ilink_user_id };
    return { bot, who, credential: { id, name } };
  }

  /** A browser page that is logged in as the owner; the first one fills in the login form. */
  async page(): Promise<Page> {
    const fresh = !this.browser;
    this.browser ??= await openBrowser();
    const page = await this.browser.context.newPage();
    page.setDefaultTimeout(DEADLINE_MS);
    if (fresh) await logIn(page, this.stage.n8n.url);
    return page;
  }

  /** Addresses outside loopback that the editor asked for, and did not get. */
  outsideRequests(): string[] {
    return this.browser?.outside ?? [];
  }

  /** What the emulator did not deliver, refused or found wrong with the requests of one bot. */
  complaints({ who }: Account): string[] {
    const { dropped } = this.stage.emulator;
    return dropped
      .filter(({ bot_id }) => bot_id === who.bot_id)
      .map(({ endpoint, reason }) => `${endpoint}: ${reason}`);
  }

  async close(): Promise<void> {
    await this.browser?.close();
  }

  /**
   * Writes what emulator, n8n and browser know to artefacts/e2e/<name>*, without headers and bodies: those carry tokens.
   *
   * @param since milliseconds since 1970: what happened earlier belongs to other scenarios
   * @returns lines that tell the story to somebody who has only the log
   */
  async saveTraces(name: string, since: number): Promise<string[]> {
    const { emulator, rest } = this.stage;
    const requests = emulator.requests().filter(({ at }) => at >= since);
    const dropped = emulator.dropped.filter(({ at }) => at >= since);
    const executions = await rest.executions().catch(() => []);
    await mkdir(ARTEFACTS, { recursive: true });
    const story = [
      ...requests.map(({ at, endpoint, outcome }) => ({ at, what: `${endpoint}: ${outcome}` })),
      ...dropped.map(({ at, endpoint, reason }) => ({ at, what: `${endpoint} dropped: ${reason}` })),
      ...executions.map(({ id, startedAt, status }) => {
        return { at: Date.parse(startedAt), what: `execution ${id}: ${status}` };
      }),
    ]
      .filter(({ at }) => at >= since)
      .sort((one, other) => one.at - other.at)
      .map(({ at, what }) => `${String(at - since).padStart(7)} ms  ${what}`);
    await writeFile(join(ARTEFACTS, `${name}.log`), story.join('\n'));
    const pages = this.browser?.context.pages() ?? [];
    for (const [index, page] of pages.entries()) {
      await page.screenshot({ path: join(ARTEFACTS, `${name}-${index}.png`) }).catch(() => undefined);
      await page.close();
    }
    return story.slice(-40);
  }
}

async function logIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/signin`);
  await page.locator('input[name=emailOrLdapLoginId]').fill(OWNER.email);
  await page.locator('input[name=password]').fill(OWNER.password);
  await page.keyboard.press('Enter');
  await page.waitForURL(({ pathname }) => !pathname.includes('signin'));
}

/** Trigger → one WeChat node that answers with a text. */
export function answeringWorkflow(name: string, { credential }: Account, text: string): WorkflowDraft {
  return chain(name, [
    triggerNode(credential),
    wechatNode('Answer', credential, { resource: 'message', operation: 'sendText', text }),
  ]);
}

export function triggerNode(credential: Account['credential']): WorkflowNode {
  return nodeOf('WeChat Trigger', TRIGGER_TYPE, 1, {}, credential);
}

export function wechatNode(
  name: string,
  credential: Account['credential'],
  parameters: WorkflowNode['parameters'],
): WorkflowNode {
  return nodeOf(name, ACTION_TYPE, 1, parameters, credential);
}

export function codeNode(name: string, jsCode: string): WorkflowNode {
  return nodeOf(name, 'n8n-nodes-base.code', 2, { jsCode });
}

/** A workflow of nodes one behind the other. */
export function chain(name: string, nodes: WorkflowNode[]): WorkflowDraft {
  const pairs = nodes.slice(1).map((node, index) => [nodes[index]!.name, node.name] as const);
  return {
    name,
    nodes: nodes.map((node, index) => ({ ...node, position: [index * 220, 0] })),
    connections: Object.fromEntries(
      pairs.map(([from, to]) => [from, { main: [[{ node: to, type: 'main' as const, index: 0 }]] }]),
    ),
  };
}

export function nodeOf(
  name: string,
  type: string,
  typeVersion: number,
  parameters: WorkflowNode['parameters'],
  credential?: Account['credential'],
): WorkflowNode {
  const credentials = credential && { credentials: { [CREDENTIAL_TYPE]: credential } };
  const id = name.toLowerCase().replaceAll(' ', '-');
  return { id, name, type, typeVersion, position: [0, 0], parameters, ...credentials };
}

/** Waits until something holds. @returns how long it took in ms. @throws with `complaint` at the deadline. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  complaint: string,
  deadlineMs = DEADLINE_MS,
): Promise<number> {
  const startedAt = Date.now();
  while (!(await condition())) {
    if (Date.now() - startedAt > deadlineMs) throw new Error(`${complaint} (waited ${deadlineMs} ms)`);
    await sleep(20);
  }
  return Date.now() - startedAt;
}

/** One of several times has to be short: a busy machine may stand still during the others. */
export function withinASecond(tookMs: number[], what: string): void {
  assert.ok(Math.min(...tookMs) < 1_000, `the poll ended ${tookMs.join(' ms, ')} ms ${what}`);
}
