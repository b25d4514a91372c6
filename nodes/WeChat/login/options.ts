import type { INodeProperties } from 'n8n-workflow';

import { DEFAULT_API_BASE_URL, DEFAULT_CDN_BASE_URL } from '../../../ilink/endpoints';
import { CLIENT_VERSION } from '../../../ilink/version';

/** Where a login is made; for the "Options" of everything that makes one. */
export const serverOptions: INodeProperties[] = [
  {
    displayName: 'API Base URL',
    name: 'apiBaseUrl',
    type: 'string',
    default: DEFAULT_API_BASE_URL,
    description: 'Where the login is made. The international host is https://ilinkai.wechat.com.',
  },
  {
    displayName: 'CDN Base URL',
    name: 'cdnBaseUrl',
    type: 'string',
    default: DEFAULT_CDN_BASE_URL,
    description: 'What a new credential says about where images, videos and files are stored',
  },
  {
    displayName: 'Client Version',
    name: 'clientVersion',
    type: 'string',
    default: CLIENT_VERSION,
    description:
      'The version that is declared to WeChat. Raise it when the phone asks to upgrade the OpenClaw interface version.',
  },
];

/** Names what a first login creates. */
export const credentialName: INodeProperties = {
  displayName: 'Credential Name',
  name: 'credentialName',
  type: 'string',
  default: 'WeChat Bot',
  placeholder: 'e.g. WeChat of the shop',
  description:
    'Name of the credential that the first login of a person creates. Later logins of the same person update that credential.',
};
