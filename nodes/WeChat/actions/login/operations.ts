import type { INodePropertyOptions } from 'n8n-workflow';

/** The choices of the resource Login. */
export const loginOperations: INodePropertyOptions[] = [
  {
    name: 'Get Login Link',
    value: 'getLoginLink',
    action: 'Get login link',
    description: 'Get a link to the page of a WeChat Login Trigger, for one login',
  },
  {
    name: 'Get QR Code',
    value: 'getQrCode',
    action: 'Get login QR code',
    description: 'Get a QR code to log in with, as an image, an address and text',
  },
  {
    name: 'Log Out',
    value: 'logOut',
    action: 'Log out',
    description:
      'Delete what this n8n keeps of the bot. WeChat has no way to end a token: remove the bot in WeChat, too.',
  },
  {
    name: 'Wait for Scan',
    value: 'waitForScan',
    action: 'Wait for login scan',
    description: 'Follow a login on the phone, and save its token as a credential',
  },
];
