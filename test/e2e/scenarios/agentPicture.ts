import assert from 'node:assert/strict';
import type { WorkflowDraft } from '../../../tools/n8n/types';
import { fileLike } from '../../support/file-heads';
import { HttpServer } from '../../support/http-server';
import { silkTone } from '../../support/voice';
import { ACTION_TYPE, nodeOf, triggerNode, type Account, type Scenario, type World } from '../world';

const LANGCHAIN = '@n8n/n8n-nodes-langchain';
/** The agents that people have: the last one that calls its tools itself, and the one that n8n calls them for. */
const AGENTS = [2.2, 3];

export const agentPicture: Scenario = {
  name: 'AI agents with memory answer what is no text, with no setting but the model: both kinds of agent, each kind of message',
  async run(world) {
    const model = await new HttpServer().start();
    const asked: string[] = [];
    model.handler = ({ body }, response) => {
      const { messages } = JSON.parse(body.toString()) as {
        messages: Array<{ role: string; content: unknown }>;
      };
      const said = String(messages.at(-1)?.content);
      asked.push(said);
      const turns = messages.filter(({ role }) => role === 'user').length;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer(`Turn ${turns}: ${said}`)));
    };
    try {
      const openAi = { apiKey: 'none', url: `${model.url}/v1` };
      const credential = await world.stage.rest.createCredential('A model of pictures', 'openAiApi', openAi);
      for (const version of AGENTS) await converse(world, version, credential, asked);
    } finally {
      await model.stop();
    }
  },
};

/** Each message and what the model has to get of it. The agent remembers, so each turn is one further. */
async function converse(
  world: World,
  version: number,
  openAiApi: { id: string; name: string },
  asked: string[],
): Promise<void> {
  const { emulator, rest } = world.stage;
  const account = await world.account();
  const { id } = await rest.createWorkflow(workflow(version, account, openAiApi));
  await rest.activate(id);
  const png = fileLike('image/png', 2_000);
  const said: Array<[message: object, expected: string]> = [
    [{ media: { kind: 'image', bytes: png } }, '[The user sent a picture.]'],
    [
      { media: { kind: 'voice', bytes: await silkTone(440, 2), playtime_ms: 2_000 } },
      '[The user sent a voice message without a transcript (2 s).]',
    ],
    [{ media: { kind: 'file', name: '月报.pdf', bytes: png } }, '[The user sent the file "月报.pdf".]'],
    [{ media: { kind: 'video', bytes: png, playtime_ms: 4_000 } }, '[The user sent a video (4 s).]'],
    [
      { overrides: { item_list: [{ type: 99 }] }, text: 'x' },
      '[The user sent something of an unknown type.]',
    ],
    [{ text: 'What is it?' }, 'What is it?'],
  ];
  for (const [index, [message, expected]] of said.entries()) {
    await emulator.write({ ...account.who, ...message });
    const seen = await emulator.waitFor(
      (messages) => messages.filter(({ from }) => from === 'bot').length > index,
      account.who,
      60_000,
    );
    assert.equal(seen.at(-1)?.text, `Turn ${index + 1}: ${expected}`, `agent ${version}`);
    assert.equal(asked.at(-1), expected);
  }
  assert.equal(asked.length % said.length, 0, 'the model was asked once for each message');
  assert.deepEqual(world.complaints(account), []);
  await rest.deactivate(id);
}

/** Trigger → agent with memory → Send Text, with no parameter set but the operation. */
function workflow(
  version: number,
  { credential }: Account,
  openAiApi: { id: string; name: string },
): WorkflowDraft {
  const nodes = [
    triggerNode(credential),
    nodeOf('Agent', `${LANGCHAIN}.agent`, version, { options: {} }),
    { ...nodeOf('Model', `${LANGCHAIN}.lmChatOpenAi`, 1.2, MODEL), credentials: { openAiApi } },
    nodeOf('Simple Memory', `${LANGCHAIN}.memoryBufferWindow`, 1.3, {}),
    nodeOf('Answer', ACTION_TYPE, 1, {}, credential),
  ];
  const link = (to: string, type: string) => ({ [type]: [[{ node: to, type, index: 0 }]] });
  const connections = {
    'WeChat Trigger': link('Agent', 'main'),
    Model: link('Agent', 'ai_languageModel'),
    'Simple Memory': link('Agent', 'ai_memory'),
    Agent: link('Answer', 'main'),
  };
  return { name: `Agent ${version}`, nodes, connections };
}

const MODEL = { model: { mode: 'id', value: 'our-own' }, options: {} };

function answer(content: string): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model: 'our-own',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}
