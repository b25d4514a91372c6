import type { INodeProperties } from 'n8n-workflow';

import { DEFAULT_MAX_BYTES } from '../../../ilink/media/download';
import { splitList } from '../shared/list';
import { numberOr } from '../shared/number';
import type { ReceiveOptions, VoiceFormat } from './receiveFile';

const MB = 1024 * 1024;

/** The options as n8n gives them. */
export interface ReceiveParameters {
  maxFileSize?: number;
  mediaHosts?: string;
  /** Seconds. */
  timeout?: number;
  voiceFormat?: VoiceFormat;
}

/** What can be set about fetching files, for the trigger and for Media → Download. Each has a time limit of its own besides. */
export const mediaHosts: INodeProperties = {
  displayName: 'Additional Media Hosts',
  name: 'mediaHosts',
  type: 'string',
  default: '',
  placeholder: 'e.g. files.example.com, *.example.org',
  description:
    "Hosts that files may be fetched from, separated by commas, besides WeChat's and those of the credential. A message can name any address, so add only hosts that you trust.",
};

export const maxFileSize: INodeProperties = {
  displayName: 'Max File Size (MB)',
  name: 'maxFileSize',
  type: 'number',
  typeOptions: { minValue: 1 },
  default: 100,
  description: 'Larger files are not fetched',
};

export const voiceFormat: INodeProperties = {
  displayName: 'Voice Format',
  name: 'voiceFormat',
  type: 'options',
  default: 'wav',
  options: [
    {
      name: 'SILK',
      value: 'silk',
      description: 'The recording as WeChat stores it; few programs can play it',
    },
    { name: 'WAV', value: 'wav', description: '24 kHz, mono; for speech nodes and AI models' },
  ],
  description: 'What voice messages become. The transcript that WeChat made is in the text of the message.',
};

/**
 * Reads the options; what is missing or no number above zero counts as not set.
 *
 * @param seconds how long it may take when nothing is set
 */
export function readReceiveOptions(parameters: ReceiveParameters, seconds: number): ReceiveOptions {
  const { maxFileSize: megabytes, timeout, voiceFormat: format, mediaHosts: hosts } = parameters;
  return {
    maxBytes: numberOr(megabytes, DEFAULT_MAX_BYTES / MB, { above: 0, unit: MB }),
    timeoutMs: numberOr(timeout, seconds, { above: 0, unit: 1_000 }),
    voiceFormat: format === 'silk' ? 'silk' : 'wav',
    hosts: splitList(String(hosts ?? '')),
  };
}
