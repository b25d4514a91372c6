import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Part } from '../../../../bot/outbound';
import { mediaItem, type UploadedMedia } from '../../../../ilink/media';
import { ItemType } from '../../../../ilink/wire';
import { textParameter } from '../../shared/textParameter';
import { fieldsOf } from '../fields';
import type { RecipientInput, RecipientOperation } from '../operation';
import { deliver } from './deliver';
import { binaryFiles } from './media/binary';
import type { FileToSend } from './media/file';
import { optionProperties, sendProperties, sourceProperties } from './media/properties';
import { referenceFiles } from './media/reference';
import { uploadAll, type SendSettings } from './media/upload';
import { urlFile } from './media/url';
import { sendOptions } from './options';

const DEFAULT_MAX_MEGABYTES = 100;

/** Message → Send Media. Everything is uploaded before the caption goes out, so a failed upload leaves nothing half sent. */
export const sendMedia: RecipientOperation = {
  name: 'Send Media',
  action: 'Send media',
  summary: 'Send an image, a video or a file',
  needs: 'recipient',
  description: fieldsOf(
    { resource: ['message'], operation: ['sendMedia'] },
    [...sourceProperties, ...sendProperties],
    [...optionProperties, ...sendOptions],
  ),

  // Names, a list of names, or n8n's binary objects themselves.
  asGiven: ['binaryPropertyName'],

  async execute(input) {
    const { context, itemIndex, bot, recipient, signal } = input;
    const caption = textParameter(context, 'caption', itemIndex);
    const files = filesOf(input);
    const settings = settingsOf(context, itemIndex, files.length);
    const execution = context.getExecutionId();
    const target = { bot, to: recipient.to, ...(execution && { execution }) };
    const uploaded = await uploadAll(files, settings, target, signal);
    return send(input, caption.trim() === '' ? undefined : caption, uploaded);
  },
};

/** Caption first, then the files in order. */
function send(
  input: RecipientInput,
  caption: string | undefined,
  uploaded: UploadedMedia[],
): Promise<IDataObject> {
  const text: Part[] =
    caption === undefined
      ? []
      : [{ type: 'text', item: { type: ItemType.Text, text_item: { text: caption } } }];
  const media = uploaded.map((file): Part => ({ type: file.kind, item: mediaItem(file) }));
  // A retry uploads anew, under other keys: what the file is tells that it is the same send.
  const content = uploaded.map(({ kind, name, md5, plainBytes }) => [kind, name, md5, plainBytes]);
  return deliver(input, [...text, ...media], JSON.stringify([caption ?? '', content]));
}

/** @throws InputProblem, or NodeOperationError of n8n, when the source names no file */
function filesOf({ context, itemIndex, bot }: RecipientInput): FileToSend[] {
  switch (context.getNodeParameter('source', itemIndex, 'binary')) {
    case 'reference':
      return referenceFiles(context, itemIndex, bot);
    case 'url':
      return [urlFile(context, itemIndex, settingsOf(context, itemIndex, 1))];
    default:
      return binaryFiles(context, itemIndex);
  }
}

function settingsOf(context: IExecuteFunctions, itemIndex: number, files: number): SendSettings {
  const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const max = Number(options.maxFileSize ?? DEFAULT_MAX_MEGABYTES);
  return {
    sendAs: context.getNodeParameter('sendAs', itemIndex, 'auto') as SendSettings['sendAs'],
    fileName: files === 1 ? String(options.fileName ?? '') : '',
    maxMegabytes: Number.isFinite(max) && max > 0 ? max : DEFAULT_MAX_MEGABYTES,
  };
}
