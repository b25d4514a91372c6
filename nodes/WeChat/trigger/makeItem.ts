import type { IDataObject, INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';

import type { Bot } from '../../../bot/bot';
import { quoteIn } from '../../../bot/quotes';
import type { Clock } from '../../../ilink/clock';
import { ILinkNetworkError } from '../../../ilink/errors';
import { failureOf, receiveFiles, type ReceivedFiles } from '../shared/receiveFiles';
import type { ReceiveOptions } from '../shared/receiveFile';
import { readReferences, type NamedReference } from '../shared/references';
import { toItemJson } from './item';
import type { TriggerSettings } from './settings';

/** Makes the item of a message. Never fails: a message has to reach the workflow, whatever is missing on its item. */
export type MakeItem = (message: unknown) => Promise<INodeExecutionData>;

export interface MakeItemDeps {
  bot: Pick<Bot, 'quoted' | 'download'>;
  clock: Clock;
  /** Aborts when the trigger is closed. */
  signal?: AbortSignal;
}

const FIELD = 'data';
/** Files have a time limit of their own. This is for what n8n takes to keep them: a storage that hangs must not hold up messages. */
const GRACE_MS = 5_000;

/** The maker of this trigger's items: quotes are looked up, and files are fetched where that was asked for. */
export function itemMaker(
  context: ITriggerFunctions,
  { includeRaw, media }: Pick<TriggerSettings, 'includeRaw' | 'media'>,
  deps: MakeItemDeps,
): MakeItem {
  return async (message) => {
    const quoted = quoteIn(message) && (await deps.bot.quoted(message));
    const json = toItemJson(message, includeRaw, quoted);
    const references = media ? readReferences(json.media) : [];
    if (!media || references.length === 0) return { json };
    const { binary, failures } = await filesInTime(context, references, media, deps);
    const mediaError = failures.map(({ entry }) => entry);
    return { json: { ...json, ...(mediaError.length > 0 && { mediaError }) } as IDataObject, binary };
  };
}

/** The files that are there in time. All of them fail when the trigger is closed meanwhile; then the item is not used. */
async function filesInTime(
  context: ITriggerFunctions,
  references: NamedReference[],
  options: ReceiveOptions,
  { bot, clock, signal }: MakeItemDeps,
): Promise<ReceivedFiles> {
  const { prepareBinaryData } = context.helpers;
  const node = context.getNode();
  const none = (error: unknown): ReceivedFiles => ({
    binary: {},
    failures: references.map((reference, index) => failureOf(node, reference, index, FIELD, error)),
  });
  let cancel = (): void => undefined;
  const late = new Promise<ReceivedFiles>((resolve) => {
    const error = new ILinkNetworkError('cdn_download', 'timed_out', 'not kept within the limit', true);
    cancel = clock.after(options.limitMs + GRACE_MS, () => resolve(none(error)), true);
  });
  const files = receiveFiles(references, { bot, prepareBinaryData, node }, options, FIELD, signal).catch(
    none,
  );
  return Promise.race([files, late]).finally(cancel);
}
