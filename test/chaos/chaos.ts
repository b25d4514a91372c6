import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { CREDENTIAL_TYPE, credentialData, type Stage } from '../../tools/stage';
import type { Execution, WorkflowDraft } from '../../tools/n8n/types';
import { readRows } from '../crash/read';
import { itemOf, labelOf, misdirected, Sends, settleWritten, type Account } from './account';
import { drain, waiting, type Workflows } from './drain';
import type { Chat } from './people';
import { Traffic } from './traffic';
import { answering, loggingIn, notifying, sendingFiles, toggling } from './workflows';

export interface ChaosOptions {
  stage: Stage;
  minutes: number;
  random: () => number;
  say: (line: string) => void;
  /** Where n8n's log is: no secret may be in it. */
  log: string;
}

export interface ChaosResult extends Account {
  faults: number;
  outages: number;
  /** How many requests met a fault, by endpoint. */
  hits: Record<string, number>;
  statusItems: Record<string, number>;
  logins: Record<string, number>;
}

const MINUTE_MS = 60_000;
const SAY_EVERY_MS = 15_000;
const TOGGLE_EVERY_MS = 12_000;
/** What an outage cuts is seen by the server within this. */
const CUT_MS = 500;
/** Each has a pace and a quota of their own. */
const OTHER_PEOPLE = [
  'o9cq80chaossecond@im.wechat',
  'o9cq80chaosthird@im.wechat',
  'o9cq80chaosfourth@im.wechat',
];

const TRIGGERED = ['answers', 'notifies', 'files', 'logsIn'] as const;

/**
 * Random faults on every endpoint of WeChat while a real n8n receives, answers, notifies, sends and fetches files and logs in.
 * Afterwards everything is accounted for: what the person wrote, against n8n's executions, and what n8n says of each send, against
 * the phone.
 */
export async function chaos({ stage, minutes, random, say, log }: ChaosOptions): Promise<ChaosResult> {
  const { emulator } = stage;
  const { holdMs, echo } = emulator.settings;
  Object.assign(emulator.settings, { holdMs: 5_000, echo: 'both' });
  const bot = emulator.bind();
  const chats = [bot.ilink_user_id, ...OTHER_PEOPLE].map((user_id) => ({
    bot_id: bot.ilink_bot_id,
    user_id,
  }));
  const workflows = await openWorkflows(stage, bot);
  const traffic = new Traffic({ emulator, chats, n8nUrl: stage.n8n.url, random });
  const tell = (): void => {
    const { written, asked, faults } = traffic;
    say(
      `${written.length} written, ${asked.length} asked to send, ${faults} faults, ${waiting(stage, workflows, chats).left} waiting`,
    );
  };
  const report = setInterval(tell, SAY_EVERY_MS);
  try {
    await Promise.all([
      traffic.run(minutes * MINUTE_MS),
      toggle(stage, workflows.toggles, minutes * MINUTE_MS),
    ]);
    say('the faults are over; waiting until everything is handed over and sent');
    await drain(traffic, () => waiting(stage, workflows, chats), chats);
  } finally {
    clearInterval(report);
    Object.assign(emulator.settings, { holdMs, echo });
  }
  const result = await settle(stage, workflows, traffic, chats);
  for (const name of TRIGGERED) await stage.rest.deactivate(workflows[name]);
  return {
    ...result,
    complaints: [...result.complaints, ...leaks(readFileSync(log, 'utf8'), bot.bot_token)],
  };
}

/** Faults of the server write the token back, also in another spelling. */
function leaks(log: string, token: string): string[] {
  const percent = [...Buffer.from(token)].map((byte) => `%${byte.toString(16)}`).join('');
  const found = [token, token.toUpperCase(), percent].some((spelling) => log.includes(spelling));
  return found ? ["n8n's log holds the bot token"] : [];
}

async function openWorkflows(stage: Stage, bot: ReturnType<Stage['emulator']['bind']>): Promise<Workflows> {
  const { emulator, rest } = stage;
  const credentialOf = async (name: string, login: typeof bot) =>
    await rest.createCredential(name, CREDENTIAL_TYPE, credentialData(emulator, login));
  const credential = await credentialOf('Chaos', bot);
  const create = async (draft: WorkflowDraft): Promise<string> => (await rest.createWorkflow(draft)).id;
  const workflows: Workflows = {
    answers: await create(answering(credential)),
    notifies: await create(notifying(credential)),
    files: await create(sendingFiles(credential)),
    logsIn: await create(loggingIn(emulator)),
    toggles: await create(toggling(await credentialOf('Chaos toggled', emulator.bind()))),
  };
  for (const name of TRIGGERED) await rest.activate(workflows[name]);
  return workflows;
}

/** Each activation says notifystart, each deactivation notifystop. */
async function toggle({ rest }: Stage, id: string, ms: number): Promise<void> {
  const deadline = Date.now() + ms;
  while (Date.now() < deadline) {
    await rest.activate(id);
    await wait(TOGGLE_EVERY_MS / 2);
    await rest.deactivate(id);
    await wait(TOGGLE_EVERY_MS / 2);
  }
}

async function settle(
  stage: Stage,
  workflows: Workflows,
  traffic: Traffic,
  chats: readonly Chat[],
): Promise<ChaosResult> {
  const sends = new Sends();
  const heard = new Map<string, number>();
  const notices: Record<string, unknown>[] = [];
  const statusItems: Record<string, number> = {};
  const count = (counts: Record<string, number>, name: string) => (counts[name] = (counts[name] ?? 0) + 1);
  for (const execution of await executionsOf(stage, workflows.answers)) {
    const json = itemOf(execution, 'WeChat Trigger');
    // A failed execution says what is wrong with the connection, and has no item.
    if (!json || json['type'] === 'status') {
      count(statusItems, String(json?.['state'] ?? 'failed execution'));
      if (json) notices.push(json);
      continue;
    }
    const label = labelOf(json);
    heard.set(label, (heard.get(label) ?? 0) + 1);
    if (heard.get(label) === 1) sends.add(`re: ${label}`, execution);
  }
  const asked = [
    ...(await executionsOf(stage, workflows.notifies)),
    ...(await executionsOf(stage, workflows.files)),
  ];
  for (const execution of asked) sends.add(askedIn(execution), execution);
  // What left the queue was sent by whichever workflow, so all of them are known first.
  for (const notice of notices) sends.notice(notice);
  const logins: Record<string, number> = {};
  for (const { status } of await executionsOf(stage, workflows.logsIn)) count(logins, status);
  const phones = chats.map(({ bot_id, user_id }) => stage.emulator.sees(bot_id, user_id));
  const seen = phones.flat();
  const given = new Set(seen.filter((one) => one.given).map(({ text, media }) => text ?? media?.name));
  const inbound = settleWritten(traffic.written, heard, (label) => given.has(label));
  const outbound = sends.settle(seen);
  const missing = traffic.asked.length - asked.length;
  return {
    ...inbound,
    ...outbound,
    complaints: [
      ...inbound.complaints,
      ...outbound.complaints,
      ...(missing === 0 ? [] : [`${missing} web requests that n8n took have no execution`]),
      ...misdirected(phones),
      ...unread(stage, traffic.outages),
      ...(waiting(stage, workflows, chats).left === 0 ? [] : ['Something still waits']),
    ],
    faults: traffic.faults,
    outages: traffic.outages.length,
    hits: hitsIn(stage),
    statusItems,
    logins,
  };
}

/** What a workflow behind a webhook was asked to send. */
function askedIn(execution: Execution): string {
  const { text } = (itemOf(execution, 'Webhook')?.['body'] ?? {}) as { text?: string };
  return 'File' in execution.data.resultData.runData ? `${text}.txt` : String(text);
}

async function executionsOf({ userFolder, rest }: Stage, workflowId: string): Promise<Execution[]> {
  const sql = 'SELECT id FROM execution_entity WHERE workflowId = ? ORDER BY id';
  const rows = readRows<{ id: number }>(join(userFolder, '.n8n', 'database.sqlite'), sql, workflowId);
  const executions: Execution[] = [];
  for (const { id } of rows) executions.push(await rest.execution(String(id)));
  return executions;
}

/** Only a fault and an outage cut a reply off; the product reads each to its end. */
function unread({ emulator }: Stage, outages: Traffic['outages']): string[] {
  const isCut = (at: number): boolean => outages.some(({ from, to }) => at >= from && at <= to + CUT_MS);
  return emulator
    .requests('getupdates')
    .filter(({ unreadAt, outcome }) => unreadAt !== undefined && !isCut(unreadAt) && outcome.startsWith('ok'))
    .filter(({ outcome }) => outcome !== 'ok, 0 messages')
    .map(({ outcome }) => `Nobody read an answer to its end (${outcome})`);
}

function hitsIn({ emulator }: Stage): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { endpoint, outcome } of emulator.requests()) {
    if (outcome.startsWith('fault')) counts[endpoint] = (counts[endpoint] ?? 0) + 1;
  }
  return counts;
}
