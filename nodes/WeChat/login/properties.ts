import type {
  IHttpRequestMethods,
  INodeProperties,
  INodeTypeDescription,
  IWebhookDescription,
} from 'n8n-workflow';

import { credentialName, serverOptions } from './options';

/** Its values are those of `LinkMakers`. */
const linkMakers: INodeProperties = {
  displayName: 'Who May Make Links',
  name: 'linkMakers',
  type: 'options',
  default: 'project',
  options: [
    {
      name: 'Everybody',
      value: 'everybody',
      description:
        'Every workflow of this n8n. What those of other projects log in with becomes a new credential here; they can renew none by its ID.',
    },
    {
      name: 'This Project',
      value: 'project',
      description: 'This workflow and the others of its project; yours, if the project is your personal one',
    },
    { name: 'This Workflow', value: 'workflow', description: 'This workflow and no other' },
  ],
  description:
    'Which workflows may make links for this page with Get Login Link. The page writes credentials with the API key of this node, so a link is a right to do that.',
};

export const loginTriggerProperties: INodeProperties[] = [
  {
    displayName:
      'Publish the workflow, and get a link for one login with the WeChat node: resource Login, operation Get Login Link. Without a link the page shows nothing. To try it here, execute this step, and get a link with the option Use Test Page in another tab.',
    name: 'notice',
    type: 'notice',
    default: '',
  },
  credentialName,
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options: [...serverOptions, linkMakers],
  },
];

const HELP =
  '<b>To use it</b>, publish the workflow and get a link with the WeChat node (Login → Get Login Link). Each link is for one login. <br /><br /><b>To try it</b>, execute this step, and while it listens get a link in another tab, with the option Use Test Page.';

/** What the editor shows beside the parameters. */
export const loginPanel: INodeTypeDescription['triggerPanel'] = {
  header: 'Connect a WeChat account',
  executionsHelp: { active: HELP, inactive: HELP },
  activationHint: {
    active: 'The login page is open for people with a link.',
    inactive: 'Publish this workflow to open its login page for people with a link.',
  },
};

const webhook = (
  httpMethod: IHttpRequestMethods,
  more: Partial<IWebhookDescription>,
): IWebhookDescription => ({
  name: 'setup',
  httpMethod,
  responseMode: 'onReceived',
  path: 'wechat-login',
  ...more,
});

/**
 * GET for the page, POST for what its script asks. The other methods are ours, too: n8n ends in an error where a request with an
 * `Origin` comes with a method that nobody has registered.
 */
export const loginWebhooks: IWebhookDescription[] = [
  webhook('GET', {}),
  webhook('POST', { name: 'default', ndvHideUrl: true }),
  ...(['HEAD', 'PUT', 'PATCH', 'DELETE'] as const).map((method) => webhook(method, { ndvHideUrl: true })),
];
