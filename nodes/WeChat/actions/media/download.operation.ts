import {
  updateDisplayOptions,
  type IDataObject,
  type IExecuteFunctions,
  type INodeProperties,
} from 'n8n-workflow';

import { DEFAULT_TIMEOUT_MS } from '../../../../ilink/media/download';
import type { MediaReference } from '../../../../ilink/media/reference';
import { InputProblem } from '../../shared/errors';
import { messageOf } from '../../shared/incoming';
import { receiveFile, type ReceivedFile } from '../../media/receiveFile';
import { receiveFiles, remarksOf, type FileFailure } from '../../media/receiveFiles';
import {
  maxFileSize,
  mediaHosts,
  readReceiveOptions,
  voiceFormat,
  type ReceiveParameters,
} from '../../media/receiveOptions';
import { readReferences } from '../../media/references';
import { ItemWithFiles, type BotOperation } from '../operation';

const TIMEOUT_SECONDS = DEFAULT_TIMEOUT_MS / 1_000;

const properties: INodeProperties[] = [
  {
    displayName: 'Files Of',
    name: 'filesOf',
    type: 'options',
    default: 'message',
    options: [
      {
        name: 'Incoming Message',
        value: 'message',
        description: 'All files of the message that the item belongs to',
      },
      { name: 'Quoted Message', value: 'quote', description: 'All files of the message that it quotes' },
      { name: 'References Below', value: 'references', description: 'Media references that you choose' },
    ],
    description: 'Which files to get. An item of a message without files passes through as it is.',
  },
  {
    displayName: 'Media References',
    name: 'references',
    type: 'json',
    default: '={{ $json.media }}',
    displayOptions: { show: { filesOf: ['references'] } },
    description: 'One entry of the "media" of a WeChat Trigger item, or a list of them',
  },
  {
    displayName: 'Put Output File in Field',
    name: 'outputField',
    type: 'string',
    required: true,
    default: 'data',
    hint: 'The name of the output binary field to put the file in',
    description: 'With several files, the second one goes into data_1, the third one into data_2 and so on',
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options: [
      mediaHosts,
      maxFileSize,
      {
        displayName: 'Timeout (Seconds)',
        name: 'timeout',
        type: 'number',
        typeOptions: { minValue: 1 },
        default: 300,
        description: 'How long one file may take. What comes later counts as failed.',
      },
      voiceFormat,
    ],
  },
];

/** Media → Download. One file that fails is an entry in `mediaError`; the item fails when it gets none. */
export const download: BotOperation = {
  name: 'Download',
  action: 'Download media',
  summary: 'Get the images, voice messages, videos and files that somebody sent, as binary data',
  needs: 'bot',
  description: updateDisplayOptions({ show: { resource: ['media'], operation: ['download'] } }, properties),

  async execute({ context, itemIndex, bot, signal }) {
    const { json, binary } = context.getInputData()[itemIndex]!;
    const references = referencesOf(context, itemIndex);
    if (references.length === 0) return new ItemWithFiles({ json, ...(binary && { binary }) });
    const deps = { bot, prepareBinaryData: context.helpers.prepareBinaryData };
    const parameters = context.getNodeParameter('options', itemIndex, {}) as ReceiveParameters;
    const options = readReceiveOptions(parameters, TIMEOUT_SECONDS);
    const receive = (reference: MediaReference): Promise<ReceivedFile> =>
      receiveFile(reference, deps, options, signal);
    const files = await receiveFiles(references, context.getNode(), fieldOf(context, itemIndex), receive);
    signal?.throwIfAborted();
    if (files.failures.length === references.length) throw noneOf(files.failures);
    return new ItemWithFiles({
      json: { ...json, ...remarksOf(files) },
      binary: { ...binary, ...files.binary },
    });
  },
};

function referencesOf(context: IExecuteFunctions, itemIndex: number): MediaReference[] {
  const filesOf = context.getNodeParameter('filesOf', itemIndex);
  if (filesOf === 'references') return readReferences(context.getNodeParameter('references', itemIndex, []));
  const own = context.getInputData()[itemIndex]!.json;
  const isMessage = filesOf === 'quote' ? own.quote !== undefined : own.media !== undefined;
  const message = isMessage ? own : messageOf(context, itemIndex);
  const { media } = filesOf === 'quote' ? (Object(message.quote) as IDataObject) : message;
  return readReferences(media);
}

function fieldOf(context: IExecuteFunctions, itemIndex: number): string {
  const field = String(context.getNodeParameter('outputField', itemIndex) ?? '').trim();
  if (field) return field;
  throw new InputProblem({ code: 'no_output_field' });
}

function noneOf(failures: FileFailure[]): unknown {
  const [{ error, entry }] = failures as [FileFailure];
  if (failures.length === 1) return error;
  return new InputProblem({
    code: 'none_fetched',
    facts: {
      files: failures.length,
      first: { message: String(entry.error), next: String(entry.description ?? '') },
    },
  });
}
