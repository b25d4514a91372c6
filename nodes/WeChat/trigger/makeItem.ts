import type { INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';

import type { Bot } from '../../../bot/bot';
import type { Clock } from '../../../ilink/clock';
import { ILinkNetworkError } from '../../../ilink/errors';
import type { IncomingMessage } from '../../../ilink/incoming';
import { Deadline } from '../../../ilink/deadline';
import type { MediaReference } from '../../../ilink/media/reference';
import { receiveFile, type ReceivedFile, type ReceiveOptions } from '../media/receiveFile';
import { receiveFiles, remarksOf, type ReceivedFiles } from '../media/receiveFiles';
import { NoAnswer } from '../../../ilink/seen';
import { readReferences } from '../media/references';
import { toItemJson } from './item';
import type { TriggerSettings } from './settings';

/** Makes the item of a message. Never fails: a message has to reach the workflow, whatever is missing on its item. */
export type MakeItem = (message: IncomingMessage) => Promise<INodeExecutionData>;

export interface MakeItemDeps {
  bot: Pick<Bot, 'quoted' | 'download'>;
  clock: Clock;
  /** Aborts when the trigger is closed. */
  signal?: AbortSignal;
}

const FIELD = 'data';

/** The maker of this trigger's items: quotes are looked up, and files are fetched where that was asked for. */
export function itemMaker(
  context: ITriggerFunctions,
  { includeRaw, media, language }: Pick<TriggerSettings, 'includeRaw' | 'media' | 'language'>,
  deps: MakeItemDeps,
): MakeItem {
  return async (message) => {
    const quoted = message.quote && (await deps.bot.quoted(message));
    const json = toItemJson(message, includeRaw, quoted, language);
    const references = media ? readReferences(json.media) : [];
    if (!media || references.length === 0) return { json };
    const files = await filesInTime(context, references, media, deps);
    return { json: { ...json, ...remarksOf(files) }, binary: files.binary };
  };
}

/**
 * The files that are there in time: also a storage of n8n that hangs must not hold up messages. When the trigger is closed
 * meanwhile, those that are missing fail, and the item is not used.
 */
async function filesInTime(
  context: ITriggerFunctions,
  references: MediaReference[],
  options: ReceiveOptions,
  { bot, clock, signal }: MakeItemDeps,
): Promise<ReceivedFiles> {
  const deps = { bot, prepareBinaryData: context.helpers.prepareBinaryData };
  const deadline = new Deadline(clock, options.timeoutMs, signal);
  const receive = (reference: MediaReference): Promise<ReceivedFile> =>
    Promise.race([receiveFile(reference, deps, options, deadline.signal), end(deadline.signal)]).catch(
      (error) => {
        throw deadline.passed
          ? new ILinkNetworkError('cdn_download', 'timed_out', NoAnswer.thereInTime, true)
          : error;
      },
    );
  return receiveFiles(references, context.getNode(), FIELD, receive).finally(() => deadline.clear());
}

/** Rejects when the signal aborts. */
function end(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
