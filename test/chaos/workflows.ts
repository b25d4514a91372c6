import type { WorkflowDraft, WorkflowNode } from '../../tools/n8n/types';
import type { Emulator } from '../../emulator';
import { ACTION_TYPE, chain, nodeOf, TRIGGER_TYPE, wechatNode } from '../e2e/world';

type Credential = { id: string; name: string };

/** What a send says of itself goes into its item, also when it was refused: it is all read in the end. */
/** Without the note of how late a queued message is, so that the phone shows exactly what was sent. */
const SEND_OPTIONS = { onRefused: 'continue', pauseMs: 300, ageNote: '' };

/** A message → typing, its files, and an answer. What the trigger says of the connection and the queue ends before the answer. */
export function answering(credential: Credential): WorkflowDraft {
  const trigger = nodeOf(
    'WeChat Trigger',
    TRIGGER_TYPE,
    1,
    { downloadMedia: true, options: { statusItems: true, showTyping: true } },
    credential,
  );
  const filter = nodeOf('Messages', 'n8n-nodes-base.filter', 2.2, {
    conditions: {
      combinator: 'and',
      options: { version: 2, caseSensitive: true, leftValue: '', typeValidation: 'loose' },
      conditions: [
        {
          id: 'message',
          leftValue: '={{ $json.type }}',
          rightValue: 'status',
          operator: { type: 'string', operation: 'notEquals' },
        },
      ],
    },
  });
  const text = '={{ "re: " + ($json.text || $json.media[0].file_name) }}';
  const answer = { resource: 'message', operation: 'sendText', text, options: SEND_OPTIONS };
  return chain('Chaos answers', [trigger, filter, wechatNode('Send', credential, answer)]);
}

/** A web request → a text to one of them. */
export function notifying(credential: Credential): WorkflowDraft {
  const send = {
    resource: 'message',
    operation: 'sendText',
    to: '={{ $json.body.to }}',
    text: '={{ $json.body.text }}',
    options: SEND_OPTIONS,
  };
  return chain('Chaos notifies', [webhook('chaos-text'), wechatNode('Send', credential, send)]);
}

/** A web request → a file to one of them. */
export function sendingFiles(credential: Credential): WorkflowDraft {
  const file = nodeOf('File', 'n8n-nodes-base.convertToFile', 1.1, {
    operation: 'toText',
    sourceProperty: 'body.text',
    options: { fileName: '={{ $json.body.text }}.txt' },
  });
  const options = { onRefused: 'continue', ageNote: '' };
  const send = {
    resource: 'message',
    operation: 'sendMedia',
    to: '={{ $("Webhook").item.json.body.to }}',
    binaryPropertyName: 'data',
    sendAs: 'file',
    options,
  };
  return chain('Chaos sends files', [webhook('chaos-file'), file, wechatNode('Send', credential, send)]);
}

/** A web request → a QR code → a login that somebody confirms. */
export function loggingIn(emulator: Emulator): WorkflowDraft {
  const options = { apiBaseUrl: emulator.apiUrl, cdnBaseUrl: emulator.cdnUrl };
  const login = (name: string, operation: string, more: object = {}): WorkflowNode =>
    nodeOf(name, ACTION_TYPE, 1, { resource: 'login', operation, ...more, options });
  return chain('Chaos logs in', [
    webhook('chaos-login'),
    login('Get QR Code', 'getQrCode'),
    login('Wait for Scan', 'waitForScan', { saveTo: 'output' }),
  ]);
}

/** A trigger that is switched on and off: it says that it starts and stops. */
export function toggling(credential: Credential): WorkflowDraft {
  return chain('Chaos toggles', [
    nodeOf('WeChat Trigger', TRIGGER_TYPE, 1, {}, credential),
    nodeOf('Done', 'n8n-nodes-base.noOp', 1, {}),
  ]);
}

function webhook(path: string): WorkflowNode {
  const parameters = { path, httpMethod: 'POST', responseMode: 'onReceived' };
  return { ...nodeOf('Webhook', 'n8n-nodes-base.webhook', 2, parameters), webhookId: path };
}
