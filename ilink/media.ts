import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

import type { ILinkClient } from './client';
import { ILinkHttpError, ILinkReplyError } from './errors';
import type { Transport } from './transport';
import { ItemType, UploadMediaType, type CdnMedia, type MessageItem } from './wire';

/** How a file is shown on the phone. Voice is missing on purpose: a bot's voice message is accepted and never shown. */
export type MediaKind = 'image' | 'video' | 'file';

/** Gives `size` random bytes. */
export type RandomBytes = (size: number) => Buffer;

export interface MediaFile {
  kind: MediaKind;
  bytes: Buffer;
  /** Shown for files. */
  name: string;
}

/** Everything that a message needs to point to an uploaded file. */
export interface UploadedMedia {
  kind: MediaKind;
  name: string;
  /** From the CDN's `x-encrypted-param`. */
  encrypt_query_param: string;
  /** The AES key as 32 hex characters. */
  aesKeyHex: string;
  plainBytes: number;
  cipherBytes: number;
}

export interface UploadDeps {
  client: ILinkClient;
  transport: Transport;
  random: RandomBytes;
  cdnBaseUrl: string;
}

const UPLOAD_TYPE: Record<MediaKind, number> = {
  image: UploadMediaType.Image,
  video: UploadMediaType.Video,
  file: UploadMediaType.File,
};
const MAX_TRIES = 3;
/** 100 MB at about 350 kB/s. */
const CDN_LIMIT_MS = 300_000;

/** Size after AES-128-ECB with PKCS#7, which always adds 1 to 16 bytes. */
export function cipherSize(plainBytes: number): number {
  return Math.ceil((plainBytes + 1) / 16) * 16;
}

/** AES-128-ECB with PKCS#7, as iLink's CDN stores files. */
export function encrypt(plain: Buffer, key: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

/** The reverse of {@link encrypt}. @throws when the key does not fit or the bytes are damaged */
export function decrypt(encrypted: Buffer, key: Buffer): Buffer {
  const decipher = createDecipheriv('aes-128-ecb', key, null);
  return Buffer.concat([decipher.update(encrypted), decipher.final()]);
}

/**
 * Encrypts a file, announces it and puts it on the CDN. A 4xx of the CDN is final; anything else is tried three times.
 *
 * @param to the recipient, whom the announcement names
 * @throws ILinkError
 */
export async function uploadMedia(
  file: MediaFile,
  to: string,
  deps: UploadDeps,
  signal?: AbortSignal,
): Promise<UploadedMedia> {
  const key = deps.random(16);
  const filekey = deps.random(16).toString('hex');
  const encrypted = encrypt(file.bytes, key);
  const announced = await deps.client.getUploadUrl(
    {
      filekey,
      media_type: UPLOAD_TYPE[file.kind],
      to_user_id: to,
      rawsize: file.bytes.length,
      rawfilemd5: createHash('md5').update(file.bytes).digest('hex'),
      filesize: encrypted.length,
      aeskey: key.toString('hex'),
    },
    signal,
  );
  const url = uploadUrl(announced, filekey, deps.cdnBaseUrl);
  return {
    kind: file.kind,
    name: file.name,
    encrypt_query_param: await putOnCdn(url, encrypted, deps.transport, signal),
    aesKeyHex: key.toString('hex'),
    plainBytes: file.bytes.length,
    cipherBytes: encrypted.length,
  };
}

/** The full URL wins: ignoring it is reported to make files over about 50 KB fail with HTTP 500. */
function uploadUrl(
  announced: { upload_full_url?: string; upload_param?: string },
  filekey: string,
  cdnBaseUrl: string,
): URL {
  const full = announced.upload_full_url?.trim();
  if (full && URL.canParse(full)) return new URL(full);
  if (!announced.upload_param) throw new ILinkReplyError('getuploadurl', 'no address to upload to');
  const url = new URL(`${cdnBaseUrl.replace(/\/+$/, '')}/upload`);
  url.searchParams.set('encrypted_query_param', announced.upload_param);
  url.searchParams.set('filekey', filekey);
  return url;
}

async function putOnCdn(url: URL, body: Buffer, transport: Transport, signal?: AbortSignal): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      return await putOnce(url, body, transport, signal);
    } catch (error) {
      const final = error instanceof ILinkHttpError && error.status >= 400 && error.status < 500;
      if (final || tries === MAX_TRIES || signal?.aborted) throw error;
    }
  }
}

async function putOnce(url: URL, body: Buffer, transport: Transport, signal?: AbortSignal): Promise<string> {
  const answer = await transport.exchange({
    endpoint: 'cdn_upload',
    method: 'POST',
    url,
    headers: { 'Content-Type': 'application/octet-stream' },
    body,
    limitMs: CDN_LIMIT_MS,
    ...(signal && { signal }),
  });
  if (answer.status !== 200) {
    throw new ILinkHttpError('cdn_upload', answer.status, headerText(answer.headers['x-error-message']));
  }
  const param = headerText(answer.headers['x-encrypted-param']);
  if (!param) throw new ILinkReplyError('cdn_upload', 'the header x-encrypted-param is missing');
  return param;
}

function headerText(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

/**
 * The item of a message that shows an uploaded file. The key goes out as base64 of its 32 hex characters for every kind:
 * base64 of the raw key gives a grey image.
 */
export function mediaItem(uploaded: UploadedMedia): MessageItem {
  const media: CdnMedia = {
    encrypt_query_param: uploaded.encrypt_query_param,
    aes_key: Buffer.from(uploaded.aesKeyHex).toString('base64'),
    encrypt_type: 1,
  };
  switch (uploaded.kind) {
    case 'image':
      return { type: ItemType.Image, image_item: { media, mid_size: uploaded.cipherBytes } };
    case 'video':
      return { type: ItemType.Video, video_item: { media, video_size: uploaded.cipherBytes } };
    case 'file':
      return {
        type: ItemType.File,
        file_item: { media, file_name: uploaded.name, len: String(uploaded.plainBytes) },
      };
  }
}
