import { randomText } from './ids';
import { BoundedMap } from './records';
import type { Scope } from './setting-scopes';

/** What a client announced with getuploadurl and has not brought yet, or has. Sizes in bytes. */
export interface UploadSlot {
  bot_id: string;
  to_user_id: string;
  filekey: string;
  /** `media_type` of getuploadurl. */
  mediaType: number;
  rawsize: number;
  rawmd5: string;
  filesize: number;
  aeskey: Buffer;
  /** `encrypted_query_param` of the full URL, and of the URL that a client builds from `upload_param`. */
  fullUrlParam: string;
  uploadParam: string;
  /** What x-encrypted-param said after the upload. */
  storedAs?: string;
}

/** A file on the CDN. */
export interface StoredFile {
  param: string;
  ciphertext: Buffer;
  /** Fits the ciphertext; undefined: stored unencrypted. */
  key?: Buffer;
  rawsize: number;
  md5: string;
  /** Set for what a bot uploaded. */
  slot?: UploadSlot;
  /** The chat for whose bot a person put it there. */
  reader?: Scope;
}

/** So many announced uploads are remembered. */
const REMEMBERED_SLOTS = 10_000;
/** The real parameters are long opaque texts too. */
const PARAM_BYTES = 96;

/** The CDN's memory: announced uploads and stored ciphertexts. */
export class CdnStore {
  private readonly slotsByParam = new BoundedMap<string, UploadSlot>(REMEMBERED_SLOTS * 2);
  private readonly slotsByFilekey = new BoundedMap<string, UploadSlot>(REMEMBERED_SLOTS);
  private readonly files = new Map<string, StoredFile>();
  private storedBytes = 0;

  /** @param limitBytes how much ciphertext is kept; asked at each upload, so that a setting can change it */
  constructor(private readonly limitBytes: () => number) {}

  /** Remembers an announced upload under new parameters. */
  announce(upload: Omit<UploadSlot, 'fullUrlParam' | 'uploadParam' | 'storedAs'>): UploadSlot {
    const slot: UploadSlot = {
      ...upload,
      fullUrlParam: randomText(PARAM_BYTES),
      uploadParam: randomText(PARAM_BYTES),
    };
    this.slotsByParam.set(slot.fullUrlParam, slot);
    this.slotsByParam.set(slot.uploadParam, slot);
    this.slotsByFilekey.set(slot.filekey, slot);
    return slot;
  }

  slotOfParam(param: string): UploadSlot | undefined {
    return this.slotsByParam.get(param);
  }

  slotOfFilekey(filekey: string): UploadSlot | undefined {
    return this.slotsByFilekey.get(filekey);
  }

  /** Keeps the ciphertext and gives it its download parameter. The oldest files go when the limit is passed. */
  store(file: Omit<StoredFile, 'param'>): StoredFile {
    const stored = { ...file, param: randomText(PARAM_BYTES) };
    this.files.set(stored.param, stored);
    this.storedBytes += stored.ciphertext.length;
    for (const oldest of this.files.values()) {
      if (this.storedBytes <= this.limitBytes() || oldest === stored) break;
      this.files.delete(oldest.param);
      this.storedBytes -= oldest.ciphertext.length;
    }
    return stored;
  }

  file(param: string): StoredFile | undefined {
    return this.files.get(param);
  }
}
