import { parseArgs } from 'node:util';
import { createProgress } from '../tools/progress';
import { CREDENTIAL_TYPE, credentialData, OWNER, setStage, type Stage } from '../tools/stage';
import type { BotLogin } from '../emulator';
import { converse } from './conversation';
import { answerWorkflow } from './workflow';

const USAGE = `npm run demo                 a phone page, n8n and an active workflow, until Ctrl+C
npm run demo -- --headless   has a conversation by itself, prints it, and ends`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { headless: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const progress = createProgress();
  const stage = await setStage({ progress, preferredPorts: { n8n: 5678, phone: 8765 } });
  const bot = stage.emulator.bind();
  const workflowId = await activateAnswers(stage, bot);
  progress.say('✓ The workflow "Answer a WeChat message" is active');
  if (!values.headless) return await stayUp(stage, bot, workflowId);
  try {
    return await talk(stage, bot, workflowId);
  } finally {
    await stage.close();
  }
}

async function activateAnswers({ emulator, rest }: Stage, bot: BotLogin): Promise<string> {
  const credential = await rest.createCredential(
    'My WeChat bot',
    CREDENTIAL_TYPE,
    credentialData(emulator, bot),
  );
  const { id } = await rest.createWorkflow(answerWorkflow({ id: credential.id, name: 'My WeChat bot' }));
  await rest.activate(id);
  return id;
}

async function stayUp({ emulator, n8n }: Stage, bot: BotLogin, workflowId: string): Promise<number> {
  const who = new URLSearchParams({ bot_id: bot.ilink_bot_id, user_id: bot.ilink_user_id });
  console.log(`
  Phone     ${emulator.personUrl}/?${who.toString()}
  Workflow  ${n8n.url}/workflow/${workflowId}
  Login     ${OWNER.email} / ${OWNER.password}

  Open the phone page, write a text or send an image, and n8n answers.
  Ctrl+C ends everything.
`);
  return await new Promise<never>(() => setInterval(() => undefined, 60_000)); // Ctrl+C ends it (tools/shutdown.ts)
}

/** @returns the exit code. */
async function talk(stage: Stage, bot: BotLogin, workflowId: string): Promise<number> {
  console.log('');
  try {
    await converse({ emulator: stage.emulator, bot, print: (line) => console.log(line) });
    console.log('\nA WeChat message started a workflow in a real n8n, and the workflow answered.');
    return 0;
  } catch (error) {
    console.error(`\n✗ ${(error as Error).message}`);
    await explain(stage, workflowId).catch((problem: unknown) => console.error(problem));
    return 1;
  }
}

/** What went wrong behind the phone: the server's side and n8n's. */
async function explain({ emulator, rest }: Stage, workflowId: string): Promise<void> {
  for (const { endpoint, reason } of emulator.dropped) console.error(`  emulator: ${endpoint}: ${reason}`);
  const executions = await rest.executions(workflowId);
  if (executions.length === 0) console.error('  n8n: the workflow never ran');
  for (const { id, status } of executions.filter((one) => one.status !== 'success')) {
    const { error } = (await rest.execution(id)).data.resultData;
    console.error(`  n8n: execution ${id}: ${status}: ${error?.node?.name ?? ''}: ${error?.message ?? ''}`);
  }
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
