import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { PseudoTerminal } from '../../cli/pseudo-terminal';
import { answeringWorkflow, eventually, type Account, type Scenario, type World } from '../world';

const NUMBER = '4711';
const OWNER_ID = 'terminal@im.wechat';
const SCOPES = ['credential:create', 'credential:update', 'credential:list', 'credential:read'];

/** The command as npm has linked it from the packed package, in the folder where n8n installs packages. */
function start(world: World, apiKey: string, args: string[]): PseudoTerminal {
  const { emulator, n8n, userFolder } = world.stage;
  const command = [join(userFolder, '.n8n', 'nodes', 'node_modules', '.bin', 'n8n-nodes-wechat-ilink')];
  const addresses = [
    '--api-base-url',
    emulator.apiUrl,
    '--cdn-base-url',
    emulator.cdnUrl,
    '--n8n-url',
    n8n.url,
  ];
  const env = { N8N_API_KEY: apiKey, PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}` };
  return new PseudoTerminal(['login', ...addresses, ...args], { command, env, columns: 160 });
}

/** The person: scans what stands on the screen, types the number, confirms. @returns what the screen shows at the end */
async function connect(world: World, terminal: PseudoTerminal): Promise<string> {
  const { emulator } = world.stage;
  const url = await terminal.showsCode((text) => text.startsWith(emulator.personUrl));
  emulator.scan(url, OWNER_ID);
  await terminal.shows(/Number on the phone:/);
  terminal.type(`${NUMBER}\r`);
  await terminal.shows(/Confirm on the phone/);
  emulator.confirm(url);
  const exitCode = await terminal.exitCode;
  assert.equal(exitCode, 0, terminal.text);
  return terminal.text;
}

export const terminalLogin: Scenario = {
  name: 'the command of the packed package puts a login into n8n, and later a new one into the same credential',
  async run(world) {
    const { emulator, rest, n8n } = world.stage;
    const apiKey = await rest.createApiKey('Terminal login', SCOPES);
    emulator.settings.loginVerifyCode = NUMBER;
    try {
      const first = start(world, apiKey, ['--n8n-name', 'WeChat of the terminal']);
      const shown = await connect(world, first);
      const [, name = '', id = ''] =
        /The credential "([^"]+)" \((\w+)\) was created in n8n/.exec(shown) ?? [];
      assert.equal(name, 'WeChat of the terminal');
      assert.match(shown, /n8n's test of it says: Connected to WeChat/);

      const account = accountOf(world, { id, name });
      const workflow = await rest.createWorkflow(answeringWorkflow('Terminal login', account, 'connected'));
      await rest.activate(workflow.id);
      await answers(world, workflow.id, account, []);

      const second = start(world, apiKey, ['--n8n-credential', name]);
      assert.match(await connect(world, second), /was updated in n8n/);
      const renewed = accountOf(world, { id, name });
      assert.notEqual(renewed.who.bot_id, account.who.bot_id);
      await answers(world, workflow.id, renewed, [account]);
      await rest.deactivate(workflow.id);

      const written = first.output + second.output + (await readFile(n8n.logFile, 'utf8'));
      for (const { bot } of [account, renewed])
        assert.ok(!written.includes(bot.bot_token), 'a token was written out');
      assert.ok(!written.includes(apiKey), 'the API key was written out');
    } finally {
      emulator.settings.loginVerifyCode = '';
    }
  },
};

/** The bot that the latest login has made. */
function accountOf(world: World, credential: Account['credential']): Account {
  const { login: bot } = world.stage.emulator.world.bots.all().at(-1)!;
  assert.equal(bot.ilink_user_id, OWNER_ID);
  return { bot, who: { bot_id: bot.ilink_bot_id, user_id: bot.ilink_user_id }, credential };
}

/** The running workflow receives with this login, and answers. */
async function answers(world: World, workflowId: string, { who }: Account, before: Account[]): Promise<void> {
  const { emulator, rest } = world.stage;
  await eventually(() => emulator.polls(who.bot_id) === 1, 'the trigger does not poll with the new login');
  for (const { who: old } of before)
    assert.equal(emulator.polls(old.bot_id), 0, 'the old login is still polled');
  const known = (await rest.executions(workflowId)).map(({ id }) => id);
  await emulator.write({ ...who, text: 'hello' });
  const execution = await rest.waitForExecution(workflowId, { known });
  assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
  const seen = await emulator.waitFor((messages) => messages.some(({ from }) => from === 'bot'), who);
  assert.equal(seen.find(({ from }) => from === 'bot')?.text, 'connected');
}
