import type { UploadSlot } from '../cdn-store';
import { ciphertextSize } from '../media-cipher';
import { answer, refuse, type Answer, type BotCall, type World } from '../world';

type Fields = Record<string, unknown>;

const IMAGE = 1;
const VIDEO = 2;
const HEX_16_BYTES = /^[0-9a-f]{32}$/i;

const isHex = (value: unknown) => typeof value === 'string' && HEX_16_BYTES.test(value);
const isSize = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;

/** The first field that is missing or wrong, with what it should be; undefined when all are right. */
export function uploadProblem(fields: Fields): { field: string; detail: string } | undefined {
  const { filekey, media_type, to_user_id, rawsize, rawfilemd5, filesize, aeskey } = fields;
  const checks: [string, boolean, string][] = [
    ['filekey', isHex(filekey), '16 random bytes in hex'],
    ['media_type', [1, 2, 3, 4].includes(media_type as number), '1 image, 2 video, 3 file or 4 voice'],
    ['to_user_id', typeof to_user_id === 'string' && to_user_id !== '', 'a user id'],
    ['rawsize', isSize(rawsize), 'the plaintext size'],
    ['rawfilemd5', isHex(rawfilemd5), 'the MD5 of the plaintext in hex'],
    ['filesize', filesize === ciphertextSize(Number(rawsize)), 'ceil((rawsize + 1) / 16) * 16'],
    ['aeskey', isHex(aeskey), '16 random bytes in hex'],
    ...thumbChecks(fields),
  ];
  const [field, , wanted] = checks.find(([, good]) => !good) ?? [];
  return field === undefined ? undefined : { field, detail: `${field} must be ${wanted}` };
}

/** Tencent's types: images and videos need a thumbnail, unless `no_need_thumb`. */
function thumbChecks(fields: Fields): [string, boolean, string][] {
  const { media_type, no_need_thumb, thumb_rawsize, thumb_rawfilemd5, thumb_filesize } = fields;
  const hasThumb = media_type === IMAGE || media_type === VIDEO;
  if (!hasThumb || no_need_thumb === true) return [];
  return [
    ['thumb_rawsize', isSize(thumb_rawsize), 'the plaintext size of the thumbnail, or no_need_thumb true'],
    ['thumb_rawfilemd5', isHex(thumb_rawfilemd5), 'the MD5 of the thumbnail in hex'],
    [
      'thumb_filesize',
      thumb_filesize === ciphertextSize(Number(thumb_rawsize)),
      'ceil((thumb_rawsize + 1) / 16) * 16',
    ],
  ];
}

/** Announces an upload to the CDN and says where it goes. */
export function getUploadUrl(call: BotCall): Answer {
  const { bot, world, body } = call;
  const problem = uploadProblem(body);
  if (problem) return refuse(call, -2, `invalid ${problem.field}`, 'upload_field_wrong', problem.detail);
  if (!bot.conversation(String(body['to_user_id']))) {
    return refuse(
      call,
      -1,
      'system error',
      'unknown_user',
      'The bot knows no such user; ids are case-sensitive',
    );
  }
  const announced = slotOf(call, 'rawsize', 'rawfilemd5', 'filesize');
  noteReuse(call, world.cdn.slotOfFilekey(announced.filekey), announced);
  const slot = world.cdn.announce(announced);
  const wantsThumb = body['no_need_thumb'] !== true && isSize(body['thumb_rawsize']);
  const thumb = wantsThumb
    ? world.cdn.announce(slotOf(call, 'thumb_rawsize', 'thumb_rawfilemd5', 'thumb_filesize'))
    : undefined;
  return answer({ ret: 0, ...whereTo(world, slot), ...(thumb && { thumb_upload_param: thumb.uploadParam }) });
}

/** `filekey` and `aeskey` are random for every file. The same file again, after an answer that got lost, may have the same. */
function noteReuse(call: BotCall, before: UploadSlot | undefined, now: ReturnType<typeof slotOf>): void {
  if (!before) return;
  const { bot_id, to_user_id, rawmd5, aeskey } = before;
  const same = bot_id === now.bot_id && to_user_id === now.to_user_id && rawmd5 === now.rawmd5;
  if (same && aeskey.equals(now.aeskey)) return;
  call.note('warning', 'filekey_reused', 'filekey must be random for every file and recipient');
}

function slotOf({ bot, body }: BotCall, rawsize: string, rawmd5: string, filesize: string) {
  return {
    bot_id: bot.id,
    to_user_id: String(body['to_user_id']),
    filekey: String(body['filekey']),
    mediaType: Number(body['media_type']),
    rawsize: Number(body[rawsize]),
    rawmd5: String(body[rawmd5]).toLowerCase(),
    filesize: Number(body[filesize]),
    aeskey: Buffer.from(String(body['aeskey']), 'hex'),
  };
}

function whereTo(world: World, slot: UploadSlot): object {
  const { uploadStyle } = world.settingsFor({ bot_id: slot.bot_id, user_id: slot.to_user_id });
  const query = `encrypted_query_param=${encodeURIComponent(slot.fullUrlParam)}&filekey=${slot.filekey}`;
  return {
    ...(uploadStyle !== 'param' && { upload_full_url: `${world.urls.cdn}/upload?${query}` }),
    ...(uploadStyle !== 'full_url' && { upload_param: slot.uploadParam }),
  };
}
