import type { WorkflowDraft, WorkflowNode } from '../tools/n8n/types';
import { DRAW_PICTURE } from './drawPicture';

export interface StoredCredential {
  id: string;
  name: string;
}

const TRIGGER = 'n8n-nodes-wechat-ilink.weChatTrigger';
const WECHAT = 'n8n-nodes-wechat-ilink.weChat';
/** Behind another node the incoming message is reached by the trigger's name. */
const INCOMING = `$('WeChat Trigger').item.json`;

/**
 * Answers a text with a text and an image with an image, and shows "typing…" while it works.
 *
 * @param credential the bot; without it the workflow is an example to import, and n8n asks for one.
 */
export function answerWorkflow(credential?: StoredCredential): WorkflowDraft {
  const bot = credential && { credentials: { weChatBotApi: credential } };
  return {
    name: 'Answer a WeChat message',
    nodes: [
      node('WeChat Trigger', TRIGGER, 1, [0, 0], {}, bot),
      node('Show Typing', WECHAT, 1, [220, 0], { resource: 'typing', operation: 'start' }, bot),
      node('Think', 'n8n-nodes-base.wait', 1.1, [440, 0], { amount: 1, unit: 'seconds' }),
      node('Text or Image', 'n8n-nodes-base.switch', 3.2, [660, 0], byType()),
      node('Answer Text', WECHAT, 1, [900, -180], sendText(`={{ 'You wrote: ' + ${INCOMING}.text }}`), bot),
      node('Draw Picture', 'n8n-nodes-base.code', 2, [900, 0], { jsCode: DRAW_PICTURE }),
      node('Answer Image', WECHAT, 1, [1120, 0], sendImage(), bot),
      node('Answer the Rest', WECHAT, 1, [900, 180], sendText(REST_ANSWER), bot),
      node('Hide Typing', WECHAT, 1, [1340, 0], { resource: 'typing', operation: 'stop' }, bot),
    ],
    connections: {
      'WeChat Trigger': to('Show Typing'),
      'Show Typing': to('Think'),
      Think: to('Text or Image'),
      'Text or Image': to('Answer Text', 'Draw Picture', 'Answer the Rest'),
      'Draw Picture': to('Answer Image'),
      'Answer Text': to('Hide Typing'),
      'Answer Image': to('Hide Typing'),
      'Answer the Rest': to('Hide Typing'),
    },
    settings: { executionOrder: 'v1' },
  };
}

const REST_ANSWER = `={{ 'Thank you for the ' + ${INCOMING}.type + '. Write me a text, or send me an image.' }}`;

function sendText(text: string): WorkflowNode['parameters'] {
  return { resource: 'message', operation: 'sendText', text };
}

function sendImage(): WorkflowNode['parameters'] {
  return {
    resource: 'message',
    operation: 'sendMedia',
    binaryPropertyName: 'picture',
    caption: 'A picture for a picture:',
  };
}

/** Output 0: text, 1: image, 2: everything else. */
function byType(): WorkflowNode['parameters'] {
  const rule = (type: string): object => ({
    outputKey: type,
    renameOutput: true,
    conditions: {
      combinator: 'and',
      options: { version: 2, caseSensitive: true, leftValue: '', typeValidation: 'strict' },
      conditions: [
        {
          id: `is-${type}`,
          leftValue: `={{ ${INCOMING}.type }}`,
          rightValue: type,
          operator: { type: 'string', operation: 'equals' },
        },
      ],
    },
  });
  return { rules: { values: [rule('text'), rule('image')] }, options: { fallbackOutput: 'extra' } };
}

/** One output per name, in order. */
function to(...names: string[]): WorkflowDraft['connections'][string] {
  return { main: names.map((name) => [{ node: name, type: 'main', index: 0 }]) };
}

function node(
  name: string,
  type: string,
  typeVersion: number,
  position: [number, number],
  parameters: WorkflowNode['parameters'],
  extra?: Pick<WorkflowNode, 'credentials'>,
): WorkflowNode {
  const id = name.toLowerCase().replaceAll(' ', '-');
  return { id, name, type, typeVersion, position, parameters, ...extra };
}
