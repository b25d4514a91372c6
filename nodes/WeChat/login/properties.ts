import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';

import { credentialName, serverOptions } from './options';

export const loginTriggerProperties: INodeProperties[] = [
  {
    displayName:
      'To try it here, execute this step and open the test URL. To use it, publish the workflow and get a link for one login with the WeChat node: resource Login, operation Get Login Link. Without a link the page shows nothing.',
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
    options: serverOptions,
  },
];

const HELP =
  '<b>To try it</b>, execute this step, open the test URL and scan the QR code. <br /><br /><b>To use it</b>, publish the workflow and get a link with the WeChat node (Login → Get Login Link). Each link is for one login.';

/** What the editor shows beside the parameters. */
export const loginPanel: INodeTypeDescription['triggerPanel'] = {
  header: 'Connect a WeChat account',
  executionsHelp: { active: HELP, inactive: HELP },
  activationHint: {
    active: 'The login page is open for people with a link.',
    inactive: 'Publish this workflow to open its login page for people with a link.',
  },
};
