import { Readable } from 'node:stream';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Bot } from '../../../../bot/bot';
import { measure, spool, type MediaSource, type SpooledFile } from '../../../../ilink/media';
import { DEFAULT_TIMEOUT_MS } from '../../../../ilink/media/download';
import type { MediaReference } from '../../../../ilink/media/reference';
import { isSilk, MAX_SILK_BYTES, silkToWav } from '../../../../ilink/media/silk';
import { InputProblem } from '../../shared/errors';
import { fileLabels, noteOf } from '../../texts';
import { messageOf } from '../../shared/incoming';
import { splitList } from '../../shared/list';
import { readReferences } from '../references';
import type { FileToSend, LoadedFile } from './file';

/**
 * The files that "Media Reference" names, in order. Each is fetched to the disk, decrypted, and uploaded anew: the place and key
 * of a file belong to the conversation that it came from, and nothing says that somebody else's phone may open it there.
 *
 * @throws InputProblem when there is no reference, and the incoming message has no files
 */
export function referenceFiles(
  context: IExecuteFunctions,
  itemIndex: number,
  bot: Pick<Bot, 'download'>,
): FileToSend[] {
  const chosen = readReferences(context.getNodeParameter('mediaReference', itemIndex, []));
  // Behind a node that put something else into the item, the message is still to be found.
  const references = chosen.length > 0 ? chosen : readReferences(messageOf(context, itemIndex).media);
  if (references.length === 0) {
    throw new InputProblem({ code: 'no_reference' });
  }
  const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const hosts = splitList(String(options.mediaHosts ?? ''));
  const tell = (message: string): void =>
    context.addExecutionHints({ message, location: 'outputPane', type: 'warning' });
  const origin: Origin = { bot, hosts, tell };
  return references.map((reference, index) => ({
    label: fileLabels.ofMessage(reference.file_name, index, reference.kind),
    load: (maxBytes, signal) => load(reference, origin, maxBytes, signal),
  }));
}

interface Origin {
  bot: Pick<Bot, 'download'>;
  /** Where files may come from besides the usual hosts. */
  hosts: string[];
  /** Says something that is to be known of a file which is sent all the same. */
  tell: (note: string) => void;
}

async function load(
  reference: MediaReference,
  { bot, hosts, tell }: Origin,
  maxBytes: number,
  signal: AbortSignal,
): Promise<LoadedFile> {
  const stream = await bot.download(reference, { maxBytes, timeoutMs: DEFAULT_TIMEOUT_MS }, hosts, signal);
  const spooled = await spool(stream, { maxBytes, signal });
  if (isSilk(spooled.measured.head)) return voice(spooled, tell);
  const { file_name } = reference;
  return { ...spooled, declaredType: '', ...(file_name && { fileName: file_name }) };
}

/** No phone opens SILK as a file, and a bot's voice message is never shown. */
async function voice(
  { source, measured, close }: SpooledFile,
  tell: (note: string) => void,
): Promise<LoadedFile> {
  try {
    if (measured.bytes > MAX_SILK_BYTES) return { source, measured, close, declaredType: 'audio/silk' };
    const pieces: Buffer[] = [];
    for await (const piece of await source.open()) pieces.push(piece as Buffer);
    const { wav, ...facts } = await silkToWav(Buffer.concat(pieces));
    const note = noteOf(facts);
    if (note) tell(note.note);
    const decoded: MediaSource = { open: async () => Readable.from([wav]) };
    return {
      source: decoded,
      measured: await measure(decoded, wav.length),
      declaredType: 'audio/wav',
      fileName: 'voice.wav',
      close,
    };
  } catch {
    // What cannot be decoded still goes on as it is: the recipient may have a program for it.
    return { source, measured, close, declaredType: 'audio/silk', fileName: 'voice.silk' };
  }
}
