import type { StoredFile, UploadSlot } from './cdn-store';
import { PlaintextProbe } from './media-cipher';
import type { Exchange } from './exchange';
import type { Surface } from './serve';
import type { Answer, World } from './world';

const PATHS = { '/c2c/upload': 'cdn_upload', '/c2c/download': 'cdn_download' } as const;

/** Above this, an upload that ignores `upload_full_url` fails with HTTP 500 [R]. */
const PARAM_LIMIT_BYTES = 50 * 1024;

/** The CDN host. It reads an upload while it checks it, so there is nothing to read before. */
export function cdnSurface(world: World): Surface {
  return {
    name: 'CDN',
    host: 'cdn',
    endpointOf: (pathname) =>
      Object.hasOwn(PATHS, pathname) ? PATHS[pathname as keyof typeof PATHS] : undefined,
    read: async () => {},
    who: ({ url }) => {
      const param = url.searchParams.get('encrypted_query_param') ?? '';
      const slot = world.cdn.slotOfParam(param);
      return slot ? { bot_id: slot.bot_id, user_id: slot.to_user_id } : (world.cdn.file(param)?.reader ?? {});
    },
    process: (exchange) =>
      exchange.endpoint === 'cdn_upload' ? upload(exchange, world) : download(exchange, world),
  };
}

async function download(exchange: Exchange, world: World): Promise<Answer> {
  if (exchange.req.method !== 'GET') return fail(exchange, world, 405, 'wrong_method', 'download wants GET');
  const file = world.cdn.file(exchange.url.searchParams.get('encrypted_query_param') ?? '');
  if (hasSecrets(exchange)) {
    const bot_id = file?.reader?.bot_id ?? file?.slot?.bot_id;
    warn(exchange, world, 'download_with_authorization', 'A download carries no Authorization', bot_id);
  }
  if (!file) return fail(exchange, world, 404, 'media_unknown', 'no such encrypted_query_param');
  return {
    status: 200,
    headers: { 'Content-Type': 'application/octet-stream' },
    body: file.ciphertext,
    outcome: 'ok',
  };
}

/** Takes the ciphertext of an announced file and checks it against everything that was announced. */
async function upload(exchange: Exchange, world: World): Promise<Answer> {
  const { req, url, record } = exchange;
  const param = url.searchParams.get('encrypted_query_param') ?? '';
  const slot = world.cdn.slotOfParam(param);
  const refused = uploadRefusal(exchange, world, slot, param);
  if (refused) return refused;
  if (!slot) return fail(exchange, world, 400, 'upload_unknown', 'invalid encrypted_query_param');
  record.bot_id = slot.bot_id;
  if (hasSecrets(exchange)) {
    warn(exchange, world, 'upload_with_authorization', 'An upload carries no Authorization', slot.bot_id);
  }
  const probe = new PlaintextProbe(slot.aeskey);
  const ciphertext = Buffer.alloc(slot.filesize);
  let size = 0;
  for await (const piece of req as AsyncIterable<Buffer>) {
    // Bytes beyond the announced size are read, or the client would never get to read the answer, and not kept.
    if (size + piece.length <= slot.filesize) {
      piece.copy(ciphertext, size);
      probe.update(piece);
    }
    size += piece.length;
  }
  record.body = { bytes: size };
  if (size !== slot.filesize) {
    return fail(
      exchange,
      world,
      400,
      'upload_size_wrong',
      `${slot.filesize} bytes were announced and ${size} came`,
    );
  }
  return keep(exchange, world, slot, ciphertext, probe);
}

/** What can be said before the body is read. */
function uploadRefusal(
  exchange: Exchange,
  world: World,
  slot: UploadSlot | undefined,
  param: string,
): Answer | undefined {
  const { req, url } = exchange;
  if (req.method !== 'POST') return fail(exchange, world, 405, 'wrong_method', 'upload wants POST');
  if (req.headers['content-type'] !== 'application/octet-stream') {
    return fail(exchange, world, 400, 'content_type_wrong', 'upload wants application/octet-stream');
  }
  // Tencent's client never sends an upload in chunks, so nobody knows what the real CDN makes of one.
  if (req.headers['content-length'] === undefined) {
    return fail(exchange, world, 411, 'content_length_missing', 'upload wants a Content-Length');
  }
  const filekey = url.searchParams.get('filekey') ?? '';
  const announced = slot ?? world.cdn.slotOfFilekey(filekey);
  const ignoresFullUrl =
    announced !== undefined && param !== announced.fullUrlParam && wasToldFullUrl(world, announced);
  if (ignoresFullUrl && announced.filesize > PARAM_LIMIT_BYTES) {
    return fail(exchange, world, 500, 'full_url_ignored', 'a file over 50 KB has to go to upload_full_url');
  }
  if (slot && slot.filekey !== filekey) return fail(exchange, world, 400, 'filekey_wrong', 'invalid filekey');
  return undefined;
}

function wasToldFullUrl(world: World, { bot_id, to_user_id }: UploadSlot): boolean {
  return world.settingsFor({ bot_id, user_id: to_user_id }).uploadStyle !== 'param';
}

function keep(
  exchange: Exchange,
  world: World,
  slot: UploadSlot,
  ciphertext: Buffer,
  probe: PlaintextProbe,
): Answer {
  const plain = probe.finish();
  if (!plain)
    return fail(exchange, world, 400, 'upload_key_wrong', 'the announced aeskey does not decrypt the file');
  if (plain.size !== slot.rawsize)
    return fail(exchange, world, 400, 'upload_rawsize_wrong', 'rawsize does not match');
  if (plain.md5 !== slot.rawmd5)
    return fail(exchange, world, 400, 'upload_md5_wrong', 'rawfilemd5 does not match');
  const file = storedBefore(world, slot) ?? storeNew(world, slot, ciphertext);
  return { status: 200, headers: { 'x-encrypted-param': file.param }, body: '', outcome: 'ok' };
}

/** A client that lost the answer uploads again and gets the same parameter. */
function storedBefore(world: World, slot: UploadSlot): StoredFile | undefined {
  return slot.storedAs === undefined ? undefined : world.cdn.file(slot.storedAs);
}

function storeNew(world: World, slot: UploadSlot, ciphertext: Buffer): StoredFile {
  const { aeskey: key, rawsize, rawmd5 } = slot;
  const file = world.cdn.store({ ciphertext, key, rawsize, md5: rawmd5, slot });
  slot.storedAs = file.param;
  return file;
}

/** The CDN wants no token, and a client that sends it there gives it to another host. */
function hasSecrets({ req }: Exchange): boolean {
  return req.headers.authorization !== undefined || req.headers['authorizationtype'] !== undefined;
}

function warn({ endpoint }: Exchange, world: World, reason: string, detail: string, bot_id?: string): void {
  const at = world.clock.now();
  const whose = bot_id === undefined ? {} : { bot_id };
  world.records.dropped.push({ at, endpoint, kind: 'warning', reason, detail, ...whose });
}

/** The CDN's errors: an HTTP status, and the text in a header. */
function fail(exchange: Exchange, world: World, status: number, reason: string, detail: string): Answer {
  world.records.dropped.push({
    at: world.clock.now(),
    endpoint: exchange.endpoint,
    kind: 'refused',
    reason,
    detail,
  });
  return { status, headers: { 'x-error-message': detail }, body: '', outcome: reason };
}
