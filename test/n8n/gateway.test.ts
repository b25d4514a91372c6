import { removeTempFolders } from '../support/temp-folder';
import { eventually } from './harness/eventually';
import { TestProcess, type Heard } from './harness/process';
import { Stage, type Person } from './harness/stage';

const CUT_MS = 16_000;
const AGAIN_MS = 14_000;

let stage: Stage;
let owner: Person;
let process_: TestProcess;
let heard: Heard;

beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  owner = stage.newOwner();
  process_ = new TestProcess(stage);
});
afterEach(() => process_.stop());
afterAll(() => stage.close());
afterAll(removeTempFolders);

const polls = (): number => stage.server.polls(owner.botId);
const pollCount = (): number => stage.server.requests('getupdates').length;
const lost = (): number =>
  stage.server.dropped.filter(({ reason }) => reason === 'lost_behind_gateway').length;

/** The client asks again before the gateway ends its poll; then time passes for the server, too. */
async function asksAgain(held: number): Promise<void> {
  const count = pollCount();
  await process_.clock.advance(AGAIN_MS);
  await eventually(() => pollCount() > count && polls() === held);
  stage.server.clock.advance(AGAIN_MS);
}

test.each(['open', 'closed'] as const)(
  'behind a gateway that ends polls and leaves the server’s %s, every message arrives once that is known',
  async (gatewayOrigin) => {
    stage.server.settingsFor({ bot_id: owner.botId }, { gatewayCutMs: CUT_MS, gatewayOrigin });
    heard = await process_.listen(owner);
    await eventually(() => polls() === 1);
    // The first poll is cut, and that is how it is learnt.
    const before = pollCount();
    await process_.clock.advance(CUT_MS);
    stage.server.clock.advance(CUT_MS);
    await eventually(() => pollCount() > before);
    // What the gateway left open ends with its hold.
    await asksAgain(gatewayOrigin === 'open' ? 2 : 1);
    await asksAgain(gatewayOrigin === 'open' ? 2 : 1);
    await eventually(() => polls() === 1);

    const texts = Array.from({ length: 14 }, (_, n) => `message ${n}`);
    for (const text of texts) {
      await asksAgain(1);
      await owner.writes(text);
      await eventually(() => heard.texts.includes(text));
      await eventually(() => polls() === 1);
    }
    expect(heard.texts).toEqual(texts);
    expect(lost()).toBe(0);
    expect(heard.log.failedExecutions).toEqual([]);
  },
  20_000,
);

test('what was learnt is known after a restart: the first poll is asked again in time', async () => {
  stage.server.settingsFor({ bot_id: owner.botId }, { gatewayCutMs: CUT_MS, gatewayOrigin: 'open' });
  heard = await process_.listen(owner);
  await eventually(() => polls() === 1);
  const before = pollCount();
  await process_.clock.advance(CUT_MS);
  stage.server.clock.advance(CUT_MS);
  await eventually(() => pollCount() > before);
  await process_.stop();

  const restarted = new TestProcess(stage, process_);
  stage.server.clock.advance(60_000);
  const again = await restarted.listen(owner);
  await eventually(() => polls() === 1);
  const count = pollCount();
  await restarted.clock.advance(AGAIN_MS);
  await eventually(() => pollCount() > count && polls() === 1);
  await owner.writes('after the restart');
  await eventually(() => again.texts.length === 1);
  await restarted.stop();
});
