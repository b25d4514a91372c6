import type { WorkflowDraft, WorkflowNode } from '../tools/n8n/types';
import type { StoredCredential } from './workflow';

const LOGIN_TRIGGER = 'n8n-nodes-wechat-ilink.weChatLoginTrigger';
const WECHAT = 'n8n-nodes-wechat-ilink.weChat';

const STEPS = `## Connect WeChat

1. In **Settings → n8n API** create an API key. In **WeChat Login Trigger** create a credential *n8n API* with it; its Base URL is the address of this n8n with \`/api/v1\`, seen from n8n itself: \`http://localhost:5678/api/v1\`.
2. **Publish** this workflow.
3. Point at **Start Here** and press **Execute workflow** beside it. Open *Get Login Link*, click the link in its output, and scan the QR code with WeChat.

Done: the credential is there. Choose it in your WeChat nodes.`;

export interface LoginWorkflowOptions {
  /** n8n's API; without it the workflow is an example to import, and n8n asks for one. */
  credential?: StoredCredential;
  /** Options of the login page, for another server than Tencent's. */
  server?: Record<string, string>;
}

/** A login page, a link to it at the press of a button, and what happens when somebody has logged in. */
export function loginWorkflow({ credential, server = {} }: LoginWorkflowOptions = {}): WorkflowDraft {
  const api = credential && { credentials: { n8nApi: credential } };
  const page = { credentialName: 'WeChat Bot', options: server };
  return {
    name: 'Connect WeChat',
    nodes: [
      node('Steps', 'n8n-nodes-base.stickyNote', 1, [-40, -360], { content: STEPS, width: 620, height: 280 }),
      node('Start Here', 'n8n-nodes-base.manualTrigger', 1, [0, 0], {}),
      node('Get Login Link', WECHAT, 1, [240, 0], { resource: 'login', operation: 'getLoginLink' }),
      // Without a webhook id: n8n gives each import one of its own, so that nobody can guess where the page is.
      node('WeChat Login Trigger', LOGIN_TRIGGER, 1, [0, 220], page, api),
      node('Connected', 'n8n-nodes-base.noOp', 1, [240, 220], {}),
    ],
    connections: {
      'Start Here': { main: [[{ node: 'Get Login Link', type: 'main', index: 0 }]] },
      'WeChat Login Trigger': { main: [[{ node: 'Connected', type: 'main', index: 0 }]] },
    },
    settings: { executionOrder: 'v1' },
  };
}

/** Only items with a link go on. */
const HAS_LINK = {
  conditions: {
    combinator: 'and',
    options: { version: 2, caseSensitive: true, leftValue: '', typeValidation: 'loose' },
    conditions: [
      {
        id: 'has-link',
        leftValue: '={{ $json.login?.url }}',
        rightValue: '',
        operator: { type: 'string', operation: 'notEmpty', singleValue: true },
      },
    ],
  },
  options: {},
};

/** Sends a link by mail when a bot's token is refused. For import: mail and bot are asked for. */
export function renewalWorkflow(): WorkflowDraft {
  const mail = {
    toEmail: 'you@example.com',
    fromEmail: 'n8n@example.com',
    subject: 'WeChat wants a new login',
    emailFormat: 'text',
    text: '={{ $json.message }}\n\nOpen this link and scan the QR code with WeChat:\n{{ $json.login.url }}\n\nIt is valid until {{ $json.login.expiresAt }}.',
    options: {},
  };
  return {
    name: 'Ask for a new WeChat login',
    nodes: [
      node('WeChat Trigger', 'n8n-nodes-wechat-ilink.weChatTrigger', 1, [0, 0], {
        options: { statusItems: true },
      }),
      node('A Login Is Needed', 'n8n-nodes-base.filter', 2.2, [220, 0], HAS_LINK),
      node('Send Link', 'n8n-nodes-base.emailSend', 2.1, [440, 0], mail),
    ],
    connections: {
      'WeChat Trigger': { main: [[{ node: 'A Login Is Needed', type: 'main', index: 0 }]] },
      'A Login Is Needed': { main: [[{ node: 'Send Link', type: 'main', index: 0 }]] },
    },
    settings: { executionOrder: 'v1' },
  };
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
