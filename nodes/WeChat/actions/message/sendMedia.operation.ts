import type { IExecuteFunctions } from 'n8n-workflow';

import type { MediaFile, MediaKind } from '../../../../ilink/media';
import { mediaItem } from '../../../../ilink/media';
import { ItemType } from '../../../../ilink/wire';
import { InputProblem } from '../../shared/errors';
import { mediaKindOf } from '../../shared/mediaKind';
import { textParameter } from '../../shared/textParameter';
import { fieldsOf } from '../fields';
import type { Operation } from '../operation';
import { deliver } from './deliver';
import { sendOptions } from './options';

/** Message → Send Media. The file is uploaded before the caption goes out, so a failed upload leaves nothing half sent. */
export const sendMedia: Operation = {
  description: fieldsOf(
    { resource: ['message'], operation: ['sendMedia'] },
    [
      {
        displayName: 'Input Binary Field',
        name: 'binaryPropertyName',
        type: 'string',
        required: true,
        default: 'data',
        hint: 'The name of the input field containing the file to be sent',
        description: 'Name of the binary field of the incoming item that holds the file',
      },
      {
        displayName: 'Send As',
        name: 'sendAs',
        type: 'options',
        default: 'auto',
        options: [
          { name: 'Automatic', value: 'auto', description: 'Decide by the type of the file' },
          { name: 'File', value: 'file', description: 'A file to open, for every type' },
          { name: 'Image', value: 'image', description: 'Shown in the chat' },
          { name: 'Video', value: 'video', description: 'Played in the chat' },
        ],
        description:
          'How the recipient sees it. Audio is sent as a file: WeChat never shows voice messages of bots.',
      },
      {
        displayName: 'Caption',
        name: 'caption',
        type: 'string',
        typeOptions: { rows: 2 },
        default: '',
        description:
          'A text that goes out before the file. It is a message of its own and counts as one of the 10 that WeChat allows after each message of the user.',
      },
    ],
    [
      ...sendOptions,
      {
        displayName: 'File Name',
        name: 'fileName',
        type: 'string',
        default: '',
        placeholder: 'e.g. report.pdf',
        description: 'The name that the recipient sees. By default it is the name of the binary file.',
      },
    ],
  ),

  async execute(input) {
    const { context, itemIndex, bot, recipient, signal } = input;
    const file = await readFile(context, itemIndex);
    const caption = textParameter(context, 'caption', itemIndex);
    const uploaded = await bot.upload(file, recipient.to, signal);
    const text = { type: 'text' as const, item: { type: ItemType.Text, text_item: { text: caption } } };
    const media = { type: file.kind, item: mediaItem(uploaded) };
    const content = JSON.stringify([caption, file.kind, file.name, file.bytes.length]);
    return deliver(input, [...(caption.trim() === '' ? [] : [text]), media], content);
  },
};

/** @throws NodeOperationError of n8n when the binary field is missing; InputProblem when the file is empty */
async function readFile(context: IExecuteFunctions, itemIndex: number): Promise<MediaFile> {
  const field = String(context.getNodeParameter('binaryPropertyName', itemIndex));
  const sendAs = context.getNodeParameter('sendAs', itemIndex) as MediaKind | 'auto';
  const options = context.getNodeParameter('options', itemIndex, {}) as { fileName?: string };
  const binary = context.helpers.assertBinaryData(itemIndex, field);
  const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, field);
  if (bytes.length === 0) {
    throw new InputProblem(
      `The file in "${field}" is empty`,
      'WeChat takes no empty files. Check the node that made the file.',
    );
  }
  const kind = sendAs === 'auto' ? mediaKindOf(binary.mimeType) : sendAs;
  return { kind, bytes, name: options.fileName || binary.fileName || defaultName(binary.fileExtension) };
}

function defaultName(extension?: string): string {
  return extension ? `file.${extension}` : 'file';
}
