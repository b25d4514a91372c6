import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { TriggerSettings } from '../../../nodes/WeChat/trigger/settings';
import type { Progress } from '../../../tools/progress';
import { CREDENTIAL_TYPE, credentialData, setStage, type Stage } from '../../../tools/stage';
import { Arena, type ArenaResult } from './arena';
import { planRound, type RoundPlan } from './plan';
import { crashWorkflow } from './workflow';

export interface N8nResult extends ArenaResult {
  /** How often n8n refused a message because it had an execution for its deduplication key. */
  dropped: number;
}

export interface N8nOptions {
  rounds: number;
  acknowledge: TriggerSettings['acknowledge'];
  /** A number from 0 up to 1. */
  random: () => number;
  progress: Progress;
  /** The folder for n8n's log, and for both databases when something was lost. */
  artefacts: string;
}

/** Nothing that a busy machine could come to; a start that fails ends the process, and that is noticed at once. */
const START_MS = 3_600_000;
const ENVIRONMENT = {
  // n8n would else delete old executions, and our store old messages, and they would look lost.
  EXECUTIONS_DATA_PRUNE: 'false',
  WECHAT_ILINK_KEEP_MESSAGES: '1000000',
  // A workflow whose activation was cut off starts again when n8n's lease on it has run out: after two minutes by default.
  N8N_WORKFLOW_PUBLICATION_OUTBOX_LEASE_SECONDS: '10',
  N8N_WORKFLOW_PUBLICATION_OUTBOX_POLL_INTERVAL_MS: '1000',
};

/**
 * Kills a real n8n over and over while two people write to the bot of its active workflow. In the end everything is
 * handed over, and it is counted what became of every message: in n8n's database and in our store.
 */
export async function crashN8n(options: N8nOptions): Promise<N8nResult> {
  const { rounds, progress, artefacts, random } = options;
  // Drawn first, so that the same seed gives the same rounds, however long they take.
  const plans = Array.from({ length: rounds }, () => planRound(random));
  const log = join(artefacts, 'n8n.log');
  rmSync(log, { force: true });
  const stage = await setStage({ progress, log, env: ENVIRONMENT, startMs: START_MS });
  const arena = await arenaOn(stage, options);
  try {
    await arena.open();
    for (const [round, plan] of plans.entries()) {
      await arena.fight(plan);
      progress.say(line(`round ${round + 1}/${rounds}`, plan, arena));
    }
    await arena.drain();
    await stage.n8n.stop();
    const result = arena.result();
    if (result.lostFromStore.length > 0) saveEvidence(arena, options);
    return { ...result, dropped: countDropped(log) };
  } finally {
    arena.close();
    await stage.close();
  }
}

async function arenaOn(stage: Stage, { acknowledge, random }: N8nOptions): Promise<Arena> {
  const { emulator, rest } = stage;
  const bot = emulator.bind();
  const credential = await rest.createCredential('Bot', CREDENTIAL_TYPE, credentialData(emulator, bot));
  const { id } = await rest.createWorkflow(crashWorkflow(credential, acknowledge));
  await rest.activate(id);
  return new Arena(stage, { bot, workflowId: id, acknowledge }, random);
}

function line(round: string, { moment, killAfterMs, thenMs, perSecond }: RoundPlan, arena: Arena): string {
  const { written, waiting } = arena.standing();
  const when = thenMs > 0 ? `${killAfterMs} + ${thenMs}` : String(killAfterMs);
  return `${round}: killed ${moment}, ${when} ms, ${perSecond}/s; ${written} written, ${waiting} wait for n8n`;
}

/** n8n says it in its log, and nowhere else. */
function countDropped(log: string): number {
  return readFileSync(log, 'utf8').split('execution skipped: duplicate deduplication key').length - 1;
}

function saveEvidence({ store, database }: Arena, { artefacts, progress }: N8nOptions): void {
  for (const file of [store, `${store}-wal`, database, `${database}-wal`].filter(existsSync)) {
    copyFileSync(file, join(artefacts, basename(file)));
  }
  progress.say(`Messages were lost. Both databases are in ${artefacts}`);
}
