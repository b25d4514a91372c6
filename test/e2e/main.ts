import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createProgress } from '../../tools/progress';
import { setStage } from '../../tools/stage';
import { setCluster } from '../queue/cluster';
import { activation } from './scenarios/activation';
import { agentPicture } from './scenarios/agentPicture';
import { agentTool } from './scenarios/agentTool';
import { answerText } from './scenarios/answerText';
import { chaos } from './scenarios/chaos';
import { crash } from './scenarios/crash';
import { credentialTest } from './scenarios/credentialTest';
import { editor } from './scenarios/editor';
import { editorListening } from './scenarios/editorListening';
import { foreignBot } from './scenarios/foreignBot';
import { images } from './scenarios/images';
import { incomingMedia } from './scenarios/incomingMedia';
import { largeMedia } from './scenarios/largeMedia';
import { listening } from './scenarios/listening';
import { loginEditor } from './scenarios/loginEditor';
import { loginFuzz } from './scenarios/loginFuzz';
import { loginMembers } from './scenarios/loginMembers';
import { loginPage } from './scenarios/loginPage';
import { loginRenewal } from './scenarios/loginRenewal';
import { longAnswer } from './scenarios/longAnswer';
import { newLogin } from './scenarios/newLogin';
import { notification } from './scenarios/notification';
import { outbox } from './scenarios/outbox';
import { packageUpdate } from './scenarios/packageUpdate';
import { phonePage } from './scenarios/phonePage';
import { phoneScan } from './scenarios/phoneScan';
import { queueKills, queueLogin, queueRetry, queueSends, type QueueScenario } from './scenarios/queueMode';
import { restart } from './scenarios/restart';
import { terminalLogin } from './scenarios/terminalLogin';
import { throttle } from './scenarios/throttle';
import { typing } from './scenarios/typing';
import { ARTEFACTS, World, type Scenario } from './world';

/** `credentialTest` comes first: it shows that no poll has happened yet. */
const SCENARIOS: Record<string, Scenario> = {
  credentialTest,
  activation,
  answerText,
  agentTool,
  agentPicture,
  images,
  largeMedia,
  incomingMedia,
  listening,
  loginPage,
  loginRenewal,
  loginEditor,
  loginMembers,
  foreignBot,
  loginFuzz,
  newLogin,
  packageUpdate,
  terminalLogin,
  restart,
  outbox,
  notification,
  throttle,
  longAnswer,
  crash,
  chaos,
  editor,
  editorListening,
  phonePage,
  phoneScan,
  typing,
};

/** Those of an n8n that is several processes. */
const QUEUE_SCENARIOS: Record<string, QueueScenario> = { queueSends, queueRetry, queueLogin, queueKills };

/**
 * `npm run e2e [-- name …]`: all scenarios, or those whose name contains one of the words. `--requests=N` is for the fuzz of the
 * login page.
 */
async function main(args: string[]): Promise<number> {
  const words = args.filter((arg) => !arg.startsWith('--'));
  const requests = Number(args.find((arg) => arg.startsWith('--requests='))?.split('=')[1]);
  const isChosen = ([name]: [string, unknown]): boolean =>
    words.length === 0 || words.some((word) => name.toLowerCase().includes(word.toLowerCase()));
  const chosen = Object.entries(SCENARIOS).filter(isChosen);
  const inQueueMode = Object.entries(QUEUE_SCENARIOS).filter(isChosen);
  const names = Object.keys({ ...SCENARIOS, ...QUEUE_SCENARIOS });
  const total = chosen.length + inQueueMode.length;
  if (total === 0) throw new Error(`No such scenario. There are: ${names.join(', ')}`);
  await rm(ARTEFACTS, { recursive: true, force: true });
  let failed = 0;
  if (chosen.length > 0) failed += await runOnOne(chosen, requests);
  if (inQueueMode.length > 0) failed += await runInQueueMode(inQueueMode);
  console.log(`\n${total - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** @returns how many failed */
async function runOnOne(chosen: Array<[string, Scenario]>, requests: number): Promise<number> {
  const progress = createProgress();
  // n8n's sandbox for expressions takes 50 ms for each request, however little there is to evaluate.
  const env = Number.isInteger(requests) ? { N8N_EXPRESSION_ENGINE: 'legacy' } : {};
  const stage = await setStage({ progress, log: join(ARTEFACTS, 'n8n.log'), env });
  const world = new World(stage, Number.isInteger(requests) ? { requests } : {});
  let failed = 0;
  try {
    for (const [name, scenario] of chosen) {
      if (!(await runScenario(world, name, scenario))) failed += 1;
    }
  } finally {
    await world.close();
    await stage.close();
  }
  return failed;
}

/** @returns how many failed */
async function runInQueueMode(chosen: Array<[string, QueueScenario]>): Promise<number> {
  const cluster = await setCluster({ progress: createProgress(), logs: join(ARTEFACTS, 'queue') });
  const world = new World(cluster);
  let failed = 0;
  try {
    for (const [name, scenario] of chosen) {
      const { name: sentence } = scenario;
      const run = (): Promise<void> => scenario.run(world, cluster);
      if (!(await runScenario(world, name, { name: sentence, run }))) failed += 1;
    }
  } finally {
    await world.close();
    await cluster.close();
  }
  return failed;
}

async function runScenario(world: World, name: string, scenario: Scenario): Promise<boolean> {
  const startedAt = performance.now();
  const since = Date.now();
  const line = (mark: string): string =>
    `${mark} ${name}: ${scenario.name} (${Math.round(performance.now() - startedAt)} ms)`;
  try {
    await scenario.run(world);
    console.log(line('✓'));
    return true;
  } catch (error) {
    console.log(line('✗'));
    console.log(
      (error instanceof Error ? (error.stack ?? error.message) : String(error)).replace(/^/gm, '    '),
    );
    const story = await world.saveTraces(name, since).catch((trouble) => [`No traces: ${String(trouble)}`]);
    console.log(story.map((told) => `    | ${told}`).join('\n'));
    return false;
  }
}

main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
