import { ItemWithFiles, type StandaloneOperation } from '../operation';
import { loginFields, withLogin } from './fields';
import { nextCode } from './follow';
import { endedState, stateJson } from './state';

/** Login → Get QR Code. */
export const getQrCode: StandaloneOperation = {
  name: 'Get QR Code',
  action: 'Get login QR code',
  summary: 'Get a QR code to log in with, as an image, an address and text',
  needs: 'nothing',
  description: loginFields('getQrCode', [
    {
      displayName: 'Put Output File in Field',
      name: 'binaryPropertyName',
      type: 'string',
      default: 'data',
      placeholder: 'e.g. data',
      hint: 'The name of the output binary field to put the image in',
      description: 'Name of the binary field that gets the image',
    },
  ]),

  async execute(input) {
    const { context, itemIndex, signal } = input;
    const field = String(context.getNodeParameter('binaryPropertyName', itemIndex, 'data')) || 'data';
    const ended = endedState(context.getInputData()[itemIndex]?.json);
    // In a loop that shows a code after the other, the codes of one login are counted.
    const state = await withLogin(input, (login) => nextCode(login, ended, signal));
    const { toBuffer, toString } = await import('qrcode');
    const png = await toBuffer(state.url, { scale: 6, margin: 4 });
    const text = await toString(state.url, { type: 'utf8' });
    const image = await context.helpers.prepareBinaryData(png, 'wechat-login.png', 'image/png');
    const json = { ...stateJson(state), url: state.url, text };
    return new ItemWithFiles({ json, binary: { [field]: image } });
  },
};
