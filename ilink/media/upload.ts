import { nextTryMs, type RetryPolicy } from '../backoff';
import type { Clock } from '../clock';
import type { ILinkClient } from '../client';
import { ILinkError, ILinkHttpError, ILinkNetworkError, ILinkReplyError, retryAfterOf } from '../errors';
import { textIn } from '../json';
import { retrying } from '../retry';
import { retryAfterMs } from '../retry-after';
import { NoAnswer } from '../seen';
import { type HttpAnswer, type Transport } from '../transport';
import { UploadMediaType, type GetUploadUrlReply } from '../wire';
import { cipherSize, encrypted } from './cipher';
import type { MediaKind, MediaReference } from './reference';
import { exactly, openSource, piecesOf, type MediaSource, type Measured } from './source';

/** Gives `size` random bytes. */
export type RandomBytes = (size: number) => Buffer;

/** A file to be uploaded. */
export interface MediaFile {
  kind: MediaKind;
  /** Shown for files. */
  name: string;
  source: MediaSource;
  /** Of the source, see `measure`. */
  measured: Measured;
}

export interface UploadDeps {
  client: Pick<ILinkClient, 'getUploadUrl'>;
  transport: Pick<Transport, 'exchange'>;
  clock: Clock;
  random: RandomBytes;
  cdnBaseUrl: string;
}

const UPLOAD_TYPE: Record<MediaKind, number> = {
  image: UploadMediaType.Image,
  video: UploadMediaType.Video,
  file: UploadMediaType.File,
};
/** As Tencent's client tries an upload. A server that asks for a longer pause with `Retry-After` is not tried again here. */
const RETRY: RetryPolicy = { maxTries: 3, firstMs: 500, longestAskedMs: 30_000 };
/** Of an announcement that was refused for no reason that is known. */
const FEW_TRIES: RetryPolicy = { ...RETRY, maxTries: 2 };
/** Without a byte being taken or answered. A file of any size may take as long as it needs, as long as it moves. */
const STALL_TIMEOUT_MS = 120_000;

/**
 * Announces a file and puts it on the CDN, encrypted on the way: no more than a few pieces of it are in memory. A 4xx of the CDN
 * is final; what may pass is tried three times, from the first byte.
 *
 * @param to the recipient, whom the announcement names
 * @throws ILinkError when WeChat does not take it; SourceProblem when the file cannot be read, or is another one by now
 */
export async function uploadMedia(
  file: MediaFile,
  to: string,
  deps: UploadDeps,
  signal?: AbortSignal,
): Promise<MediaReference<MediaKind>> {
  const { bytes, md5 } = file.measured;
  const key = deps.random(16);
  const filekey = deps.random(16).toString('hex');
  const announcement = {
    filekey,
    media_type: UPLOAD_TYPE[file.kind],
    to_user_id: to,
    rawsize: bytes,
    rawfilemd5: md5,
    filesize: cipherSize(bytes),
    aeskey: key.toString('hex'),
  };
  const announce = (): Promise<GetUploadUrlReply> => deps.client.getUploadUrl(announcement, signal);
  const announced = await retrying(announce, pauseAfter, deps.clock, signal);
  const url = uploadUrl(announced, filekey, deps.cdnBaseUrl);
  const put = (): Promise<string> => putOnCdn(url, file, key, deps.transport, signal);
  return {
    kind: file.kind,
    file_name: file.name,
    size: file.kind === 'file' ? bytes : announcement.filesize,
    md5,
    media: {
      encrypt_query_param: await retrying(put, pauseAfter, deps.clock, signal),
      aes_key: keyOnWire(key),
      encrypt_type: 1,
    },
  };
}

/** Base64 of the 32 hex characters for every kind: base64 of the raw key gives a grey image. */
function keyOnWire(key: Buffer): string {
  return Buffer.from(key.toString('hex')).toString('base64');
}

/** The full URL wins: ignoring it is reported to make files over about 50 KB fail with HTTP 500. */
function uploadUrl(announced: GetUploadUrlReply, filekey: string, cdnBaseUrl: string): URL {
  const full = textIn(announced.upload_full_url)?.trim() ?? '';
  if (URL.canParse(full)) return new URL(full);
  const param = textIn(announced.upload_param);
  if (param === undefined) throw new ILinkReplyError('getuploadurl', { code: 'no_upload_address' });
  const url = new URL(`${cdnBaseUrl.replace(/\/+$/, '')}/upload`);
  url.searchParams.set('encrypted_query_param', param);
  url.searchParams.set('filekey', filekey);
  return url;
}

/** @returns the parameter under which the file can be fetched */
async function putOnCdn(
  url: URL,
  { source, measured: { bytes } }: MediaFile,
  key: Buffer,
  transport: UploadDeps['transport'],
  signal?: AbortSignal,
): Promise<string> {
  const stream = await openSource(source, signal);
  try {
    const answer = await transport.exchange({
      endpoint: 'cdn_upload',
      method: 'POST',
      url,
      headers: { 'Content-Type': 'application/octet-stream', 'Content-Length': String(cipherSize(bytes)) },
      body: encrypted(exactly(piecesOf(stream), bytes), key),
      timeoutMs: STALL_TIMEOUT_MS,
      ...(signal && { signal }),
    });
    return downloadParam(answer);
  } finally {
    stream.destroy();
  }
}

function downloadParam({ status, headers }: HttpAnswer): string {
  if (status !== 200) {
    const said = headerText(headers['x-error-message']);
    throw new ILinkHttpError('cdn_upload', status, said, retryAfterMs(headers));
  }
  const param = headerText(headers['x-encrypted-param']);
  if (!param) throw new ILinkReplyError('cdn_upload', { code: 'no_encrypted_param' });
  return param;
}

/**
 * Nothing when trying again does not help. Neither step changes anything that a second time could do twice: the CDN answers a repeated
 * upload with the same parameter.
 */
function pauseAfter(error: unknown, tries: number): number | undefined {
  if (!(error instanceof ILinkError)) return undefined;
  if (error instanceof ILinkNetworkError && error.reason === NoAnswer.refusedByRule) return undefined;
  const policy = { yes: RETRY, few: FEW_TRIES, later: undefined, no: undefined }[error.repeat];
  return policy && nextTryMs(policy, tries, retryAfterOf(error));
}

function headerText(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
