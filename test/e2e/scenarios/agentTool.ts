import assert from 'node:assert/strict';
import type { WorkflowDraft, WorkflowNode } from '../../../tools/n8n/types';
import { HttpServer } from '../../support/http-server';
import { triggerNode, type Account, type Scenario } from '../world';

const LANGCHAIN = '@n8n/n8n-nodes-langchain';

export const agentTool: Scenario = {
  name: 'an AI agent that uses the node as its tool answers the person who wrote, although a node stands in between',
  async run(world) {
    const { emulator, rest } = world.stage;
    const account = await world.account();
    const model = await new HttpServer().start();
    model.handler = ({ body }, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(completion(JSON.parse(body.toString()) as Question)));
    };
    try {
      const openAi = { apiKey: 'none', url: `${model.url}/v1` };
      const credential = await rest.createCredential('A model of our own', 'openAiApi', openAi);
      const { id } = await rest.createWorkflow(workflow(account, credential));
      await rest.activate(id);
      // The owner has written before: an answer that went to them would arrive.
      await emulator.write({ ...account.who, text: 'I am the owner' });
      const ofOwner = await rest.waitForExecution(id);
      assert.equal(ofOwner.status, 'success', ofOwner.data.resultData.error?.message);

      const friend = { bot_id: account.who.bot_id, user_id: 'o9friend@im.wechat' };
      await emulator.write({ ...friend, text: 'What is it?' });
      const seen = await emulator.waitFor(
        (messages) => messages.some(({ from }) => from === 'bot'),
        friend,
        60_000,
      );
      assert.equal(seen.at(-1)?.text, 'The agent heard: What is it?');
      const ofBot = emulator
        .sees(account.who.bot_id, account.who.user_id)
        .filter(({ from }) => from === 'bot');
      assert.deepEqual(
        ofBot.map(({ text }) => text),
        ['The agent heard: I am the owner'],
      );
      assert.deepEqual(world.complaints(account), []);
      await rest.deactivate(id);
    } finally {
      await model.stop();
    }
  },
};

interface Question {
  messages: Array<{ role: string; content: unknown }>;
  tools?: Array<{ function: { name: string } }>;
}

/** A model that always uses its tool first, with what the person said, and is done then. */
function completion({ messages, tools = [] }: Question): object {
  const last = messages.at(-1);
  const text = `The agent heard: ${String(last?.content)}`;
  const call = {
    id: 'call_1',
    type: 'function',
    function: { name: tools[0]?.function.name, arguments: JSON.stringify({ text }) },
  };
  const done = last?.role === 'tool' || tools.length === 0;
  const message = {
    role: 'assistant',
    ...(done ? { content: 'Done.' } : { content: null, tool_calls: [call] }),
  };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model: 'our-own',
    choices: [{ index: 0, message, finish_reason: done ? 'stop' : 'tool_calls' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}

/** Trigger → a node that drops all fields but the text → agent, with a model and WeChat as its tool. */
function workflow({ credential }: Account, openAiApi: { id: string; name: string }): WorkflowDraft {
  const only = { mode: 'raw', jsonOutput: '={{ { "question": $json.text } }}', options: {} };
  const nodes: WorkflowNode[] = [
    triggerNode(credential),
    node('Only the Text', 'n8n-nodes-base.set', 3.4, only),
    node('Agent', `${LANGCHAIN}.agent`, 3, {
      promptType: 'define',
      text: '={{ $json.question }}',
      options: {},
    }),
    {
      ...node('Model', `${LANGCHAIN}.lmChatOpenAi`, 1.2, {
        model: { mode: 'id', value: 'our-own' },
        options: {},
      }),
      credentials: { openAiApi },
    },
    {
      ...node('Send to WeChat', 'n8n-nodes-wechat-ilink.weChatTool', 1, {
        resource: 'message',
        operation: 'sendText',
        text: `={{ $fromAI('text', 'What to say', 'string') }}`,
      }),
      credentials: { weChatBotApi: credential },
    },
  ];
  const link = (to: string, type: string) => ({ [type]: [[{ node: to, type, index: 0 }]] });
  const connections = {
    'WeChat Trigger': link('Only the Text', 'main'),
    'Only the Text': link('Agent', 'main'),
    Model: link('Agent', 'ai_languageModel'),
    'Send to WeChat': link('Agent', 'ai_tool'),
  };
  return { name: 'Agent', nodes, connections };
}

function node(
  name: string,
  type: string,
  typeVersion: number,
  parameters: WorkflowNode['parameters'],
): WorkflowNode {
  return {
    id: name.toLowerCase().replaceAll(' ', '-'),
    name,
    type,
    typeVersion,
    position: [0, 0],
    parameters,
  };
}
