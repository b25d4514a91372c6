import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { ConversationClosed } from '../../../../bot/send/failures';
import type { Part } from '../../../../bot/send/message';
import { mediaItem } from '../../../../ilink/media';
import type { MediaKind, MediaReference } from '../../../../ilink/media/reference';
import { SendFailed } from '../../shared/errors';
import { numberOr } from '../../shared/number';
import { textParameter } from '../../shared/textParameter';
import { fieldsOf } from '../fields';
import type { RecipientInput, RecipientOperation } from '../operation';
import { deliver } from './deliver';
import { binaryFiles } from '../../media/send/binary';
import type { FileToSend } from '../../media/send/file';
import { optionProperties, sendProperties, sourceProperties } from '../../media/send/properties';
import { referenceFiles } from '../../media/send/reference';
import { uploadAll, type SendSettings } from '../../media/send/upload';
import { urlFile } from '../../media/send/url';
import { sendOptions, sendSettingsOf } from './options';
import { textOptions, textParts, textSettingsOf } from './text';

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
    [...optionProperties, ...sendOptions, ...textOptions],
  ),

  // Names, a list of names, or n8n's binary objects themselves.
  asGiven: ['binaryPropertyName'],

  async execute(input) {
    const { context, itemIndex, bot, recipient, signal } = input;
    const caption = textParameter(context, 'caption', itemIndex);
    // Before anything is uploaded: a caption that cannot be prepared leaves nothing half sent.
    const captionParts = await captionOf(
      caption,
      context.getNodeParameter('options', itemIndex, {}) as object,
    );
    const files = filesOf(input);
    await refuseWhatIsClosed(input, captionParts, files.length);
    const settings = settingsOf(context, itemIndex, files.length);
    const execution = context.getExecutionId();
    const target = { bot, to: recipient.to, ...(execution && { execution }) };
    const uploaded = await uploadAll(files, settings, target, signal);
    return send(input, captionParts, uploaded);
  },
};

/** @returns nothing for a caption of white space */
async function captionOf(caption: string, options: object): Promise<Part[]> {
  return caption.trim() === '' ? [] : textParts(caption, textSettingsOf(options));
}

/**
 * Spares the upload of what is known not to go out: the user has to write first, and it is not to wait for that.
 *
 * @throws SendFailed as the send would
 */
async function refuseWhatIsClosed(
  { context, itemIndex, bot, recipient }: RecipientInput,
  caption: Part[],
  files: number,
): Promise<void> {
  const options = context.getNodeParameter('options', itemIndex, {}) as object;
  const { whenClosed, onRefused, limits } = sendSettingsOf(options);
  if (whenClosed !== 'error' || onRefused !== 'error') return;
  const reason = await bot.waitReason(recipient.to, limits);
  if (reason === undefined) return;
  const types = [...caption.map(({ type }) => type), ...Array.from({ length: files }, () => 'file' as const)];
  throw new SendFailed(
    types.map((type) => ({ type, outcome: 'not_sent' })),
    new ConversationClosed(reason),
  );
}

/** Caption first, then the files in order. */
function send(
  input: RecipientInput,
  captionParts: Part[],
  uploaded: MediaReference<MediaKind>[],
): Promise<IDataObject> {
  const media = uploaded.map((file): Part => ({ type: file.kind, item: mediaItem(file) }));
  // A retry uploads anew, under other keys: what the file is tells that it is the same send.
  const files = uploaded.map(({ kind, file_name, md5, size }) =>
    JSON.stringify([kind, file_name, md5, size]),
  );
  const texts = captionParts.map(({ item }) => item.text_item?.text ?? '');
  return deliver(input, [...captionParts, ...media], [...texts, ...files]);
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
  return {
    sendAs: context.getNodeParameter('sendAs', itemIndex, 'auto') as SendSettings['sendAs'],
    fileName: files === 1 ? String(options.fileName ?? '') : '',
    maxMegabytes: numberOr(options.maxFileSize, DEFAULT_MAX_MEGABYTES, { above: 0 }),
  };
}
