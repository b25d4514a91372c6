import { removeTempFolders } from '../support/temp-folder';
import { eventually } from './harness/eventually';
import { TestProcess, type Heard } from './harness/process';
import { Stage, type Person } from './harness/stage';

const MESSAGE = 'what nobody else may read';

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
  heard = await process_.listen(owner, { statusItems: true, showTyping: true });
  await eventually(() => stage.server.polls(owner.botId) === 1);
  stage.n8n.logs.lines.length = 0;
});
afterEach(async () => {
  stage.server.faults.clear();
  jest.restoreAllMocks();
  await process_.stop();
});
afterAll(() => stage.close());
afterAll(removeTempFolders);

/** What must not be in a log, in the spellings that a server writes it back in. */
const secrets = (): string[] => {
  const { bot_token } = owner.login;
  const { context_token } = (stage.server.sees(owner.botId, owner.id)[0]?.wire ?? {}) as {
    context_token?: string;
  };
  return [bot_token, MESSAGE, ...(context_token ? [context_token] : [])].flatMap((secret) => [
    secret,
    secret.toUpperCase(),
    secret.slice(0, Math.ceil(secret.length / 2)),
    Buffer.from(secret).toString('base64').slice(0, 20),
  ]);
};
const secret = (): Error => new Error(secrets().join(' '));
const said = (): string => stage.n8n.logs.lines.map(({ whole }) => whole).join('\n');

/** Lines came with these words, and none of them holds a secret. */
async function says(...words: string[]): Promise<void> {
  await process_.until(() => words.every((word) => said().includes(word)));
  expect(secrets().filter((one) => said().includes(one))).toEqual([]);
}

describe('What the trigger writes into the log', () => {
  test.each([
    [
      'a code',
      { ret: -77, errmsg: '{token} {token:upper} {token:cut} {token:tail} {token:base64}' },
      'code that is not known',
    ],
    ['a page', { status: 502, body: '{token} {token:upper} {token:base64}' }, 'server had a problem'],
    [
      'no JSON',
      { status: 200, body: '{token} {token:upper} {token:base64}' },
      'did not come from the iLink API',
    ],
    ['a cut connection', { drop: 'before' as const }, 'could not be reached'],
  ])('names no secret when the server answers with %s', async (_what, fault, words) => {
    stage.server.faults.add({ endpoint: 'getupdates', times: 3, ...fault });
    await owner.writes(MESSAGE);
    await says(words);
  });

  test('names no secret when typing cannot be shown', async () => {
    stage.server.faults.add({
      endpoint: 'getconfig',
      times: 9,
      ret: -3,
      errmsg: '{token} {context_token:upper}',
    });
    await owner.writes(MESSAGE);
    await says('could not be shown');
  });

  test('names no secret when the credential cannot be read', async () => {
    jest.spyOn(heard.context, 'getCredentials').mockRejectedValue(secret());
    await says('the credential could not be read');
  });

  test('names no secret when the store fails', async () => {
    await owner.writes(MESSAGE);
    await process_.until(() => heard.texts.length === 1);
    jest.spyOn(process_.store!.inbox, 'subscribe').mockRejectedValue(secret());
    await says('WeChat messages cannot be kept');
  });

  test('names no secret when n8n takes no message', async () => {
    jest.spyOn(heard.context, 'emit').mockImplementation((_data, _response, done) => {
      if (done) void Promise.resolve().then(() => done.reject(secret()));
      return undefined;
    });
    await owner.writes(MESSAGE);
    await says('n8n could not start an execution');
  });
});
