import type { Readable } from 'node:stream';
import { BaseError, type BinaryHelperFunctions, type IBinaryData } from 'n8n-workflow';

import type { Bot } from '../../../bot/bot';
import { ILinkError } from '../../../ilink/errors';
import type { DownloadBounds } from '../../../ilink/media/download';
import { ILinkMediaError } from '../../../ilink/media/errors';
import type { MediaReference } from '../../../ilink/media/reference';
import { isSilk, MAX_SILK_BYTES, silkToWav } from '../../../ilink/media/silk';
import { InputProblem } from '../shared/errors';
import { factsOf, type FileFacts } from './fileFacts';
import { noteOf, type FileNote } from '../texts';

/** How voice messages go on: decoded for everything that takes audio, or as they came. */
export type VoiceFormat = 'wav' | 'silk';

export interface ReceiveOptions extends DownloadBounds {
  voiceFormat: VoiceFormat;
  /** Hosts that files may come from besides Tencent's and the credential's. */
  hosts: readonly string[];
}

export interface ReceiveDeps {
  bot: Pick<Bot, 'download'>;
  prepareBinaryData: BinaryHelperFunctions['prepareBinaryData'];
}

/** A file in n8n's binary data, and what somebody should know of it. */
export interface ReceivedFile {
  binary: IBinaryData;
  note?: FileNote;
}

/** What the sniffer wants to see. */
const HEAD_BYTES = 4_100;

/**
 * Fetches a file of a message into n8n's binary data, in constant memory where n8n does not keep binary data in memory itself.
 * Voice messages are short and decoded as a whole.
 *
 * @throws ILinkError when the file cannot be had, InputProblem when n8n cannot keep it, or the signal's reason
 */
export async function receiveFile(
  reference: MediaReference,
  { bot, prepareBinaryData }: ReceiveDeps,
  options: ReceiveOptions,
  signal?: AbortSignal,
): Promise<ReceivedFile> {
  const stream = await bot.download(reference, options, options.hosts, signal);
  try {
    const source = new Source(stream);
    const { content, facts, note } = await contentOf(reference, source, options);
    const kept = prepareBinaryData(content, facts.fileName, facts.mimeType);
    const binary = await kept.catch((error: unknown) => {
      throw source.failure ?? error;
    });
    return { binary, ...(note && { note }) };
  } catch (error) {
    throw signal?.aborted ? signal.reason : explained(error);
  } finally {
    stream.destroy();
  }
}

async function contentOf(
  reference: MediaReference,
  source: Source,
  { voiceFormat }: ReceiveOptions,
): Promise<{ content: Buffer | Readable; facts: FileFacts; note?: FileNote }> {
  const head = await source.head();
  if (reference.kind === 'voice' && isSilk(head)) {
    if (voiceFormat === 'silk') return { content: source.content(), facts: SILK };
    const { wav, ...decoded } = await silkToWav(await source.whole(MAX_SILK_BYTES));
    const note = noteOf(decoded);
    return { content: wav, facts: WAV, ...(note && { note }) };
  }
  return { content: source.content(), facts: await factsOf(reference, head) };
}

const WAV: FileFacts = { fileName: 'voice.wav', mimeType: 'audio/wav' };
const SILK: FileFacts = { fileName: 'voice.silk', mimeType: 'audio/silk' };

/** A stream whose beginning is looked at before all of it goes on. Remembers what it failed with, whatever becomes of that. */
class Source {
  failure: unknown;
  /** The file, when it is so short that the look at its beginning took all of it. */
  private short: Buffer | undefined;

  constructor(private readonly stream: Readable) {
    stream.once('error', (error) => (this.failure = error));
  }

  async head(): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of this.stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      pieces.push(piece);
      size += piece.length;
      if (size >= HEAD_BYTES) break;
    }
    const begun = Buffer.concat(pieces);
    if (this.stream.readableEnded) this.short = begun;
    else this.stream.unshift(begun);
    return begun.subarray(0, HEAD_BYTES);
  }

  /** Everything, the beginning included. */
  content(): Buffer | Readable {
    return this.short ?? this.stream;
  }

  async whole(maxBytes: number): Promise<Buffer> {
    if (this.short) return this.short;
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of this.stream as AsyncIterable<Buffer>) {
      pieces.push(piece);
      size += piece.length;
      if (size > maxBytes)
        throw new ILinkMediaError('not_decodable', { code: 'decoded_larger', facts: { maxBytes } });
    }
    return Buffer.concat(pieces);
  }
}

function explained(error: unknown): unknown {
  if (error instanceof ILinkError || error instanceof BaseError) return error;
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  return new InputProblem({ code: 'not_kept', facts: { code: String(code ?? name ?? typeof error) } });
}
