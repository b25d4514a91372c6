import assert from 'node:assert/strict';
import { seededRandom } from '../../support/seeded-random';
import { fuzzPage, type Tally } from '../login/fuzz';
import { openLoginStage } from '../login/stage';
import type { Scenario, World } from '../world';

/** Enough for every kind of request many times over; 50,000 are for a run of their own. */
const DEFAULT_REQUESTS = 1_000;
const SEED = 20_261_126;

/** Somebody knows the address of the page, published and in a test, and has no link. */
export const loginFuzz: Scenario = {
  name: 'requests of every kind at the login page, without a link, make no execution, no error and no change',
  async run(world) {
    const { rest } = world.stage;
    const login = await openLoginStage(world);
    const [url = ''] = (await login.link()).split('#');
    const count = world.wanted.requests ?? DEFAULT_REQUESTS;
    const before = await stateOf(world);
    const published = await fuzzPage(url, Math.ceil(count / 2), seededRandom(SEED));
    await rest.listen(await rest.workflow(login.workflowId), 'WeChat Login Trigger');
    const tested = await fuzzPage(
      url.replace('/webhook/', '/webhook-test/'),
      Math.floor(count / 2),
      seededRandom(SEED + 1),
    );
    console.log(`    published ${JSON.stringify(published)}\n    in a test ${JSON.stringify(tested)}`);
    assert.deepEqual(await stateOf(world), before, 'something has changed');
    for (const tally of [published, tested]) judge(tally);
    await login.close();
  },
};

/** The page answers with its own statuses only, and nothing ends in a 500. */
function judge(tally: Tally): void {
  const answers = Object.keys(tally);
  assert.deepEqual(
    answers.filter((answer) => /^5\d\d/.test(answer)),
    [],
  );
  const ours = answers.filter((answer) => answer.endsWith(' page'));
  assert.ok(ours.length > 0, `the page answered nothing: ${answers.join(', ')}`);
  assert.deepEqual(
    ours.filter((answer) => !/^(200|400|405|429) /.test(answer)),
    [],
  );
}

/** What must stay as it is: executions, credentials, and what WeChat was asked for. */
async function stateOf({ stage: { rest, emulator } }: World): Promise<object> {
  const { results, count } = await rest.request<{ results: Array<{ id: string }>; count: number }>(
    'GET',
    '/rest/executions?limit=20',
  );
  const credentials = await rest.request<unknown[]>('GET', '/rest/credentials');
  const codes = emulator.requests('get_bot_qrcode').length;
  return { executions: count, newest: results[0]?.id, credentials, codes };
}
