import { randomBytes } from 'node:crypto';
import type { StoredFile } from '../../../emulator/cdn-store';
import { brokenBecause, mediaOf } from '../../../emulator/outbound-media';

const key = randomBytes(16);
const to = { bot_id: 'b@im.bot', to_user_id: 'u@im.wechat' };

function stored(mediaType: number): StoredFile {
  const slot = { ...to, filekey: 'f', mediaType, rawsize: 10, rawmd5: 'm', filesize: 16, aeskey: key };
  const params = { fullUrlParam: 'x', uploadParam: 'y' };
  return {
    param: 'p',
    ciphertext: Buffer.alloc(16),
    key,
    rawsize: 10,
    md5: 'm',
    slot: { ...slot, ...params },
  };
}

const aes_key = Buffer.from(key.toString('hex')).toString('base64');
const media = { encrypt_query_param: 'p', aes_key, encrypt_type: 1 };

describe('brokenBecause', () => {
  it.each([
    ['image', 1, { media, mid_size: 16 }],
    ['video', 2, { media, video_size: 16 }],
    ['file', 3, { media, len: '10', file_name: 'a.txt' }],
  ] as const)('finds nothing wrong with a correct %s', (kind, type, content) => {
    expect(brokenBecause(kind, content, stored(type), to)).toBeUndefined();
  });

  it('takes upper-case hex characters in the key', () => {
    const upper = Buffer.from(key.toString('hex').toUpperCase()).toString('base64');
    expect(
      brokenBecause('image', { media: { ...media, aes_key: upper }, mid_size: 16 }, stored(1), to),
    ).toBeUndefined();
  });

  it.each([
    ['base64 of the raw key', { aes_key: key.toString('base64') }, 'aes_key_raw'],
    ['another key', { aes_key: Buffer.from('0'.repeat(32)).toString('base64') }, 'aes_key_wrong'],
    ['the bare hex key', { aes_key: key.toString('hex') }, 'aes_key_wrong'],
    ['no encrypt_type', { encrypt_type: undefined }, 'encrypt_type_wrong'],
  ])('shows a grey image for %s', (_name, changes, reason) => {
    const content = { media: { ...media, ...changes }, mid_size: 16 };
    expect(brokenBecause('image', content, stored(1), to)).toMatchObject({ reason });
  });

  it.each([
    ['image', 1, { media, mid_size: 10 }, 'mid_size_wrong'],
    ['video', 2, { media }, 'video_size_wrong'],
    ['file', 3, { media, len: 10, file_name: 'a' }, 'file_len_wrong'],
    ['file', 3, { media, len: '16', file_name: 'a' }, 'file_len_wrong'],
    ['file', 3, { media, len: '10' }, 'file_name_missing'],
    ['file', 1, { media, len: '10', file_name: 'a' }, 'media_type_mismatch'],
  ] as const)('finds a wrong field in a %s uploaded as %i', (kind, type, content, reason) => {
    expect(brokenBecause(kind, content, stored(type), to)).toMatchObject({ reason });
  });

  it('does not open a file that was uploaded for somebody else, or never', () => {
    const content = { media, mid_size: 16 };
    const reason = (file: StoredFile | undefined, whom = to) =>
      brokenBecause('image', content, file, whom)?.reason;
    expect(reason(stored(1), { ...to, to_user_id: 'U@im.wechat' })).toBe('media_of_another_recipient');
    expect(reason(stored(1), { ...to, bot_id: 'c@im.bot' })).toBe('media_of_another_recipient');
    expect(reason(undefined)).toBe('media_unknown');
  });
});

describe('mediaOf', () => {
  it.each([
    {},
    { media: null },
    { media: { aes_key: 'x' } },
    { media: { encrypt_query_param: 'x', aes_key: '' } },
  ])('is undefined for %j, which names no file or no key', (content) =>
    expect(mediaOf(content)).toBeUndefined(),
  );
});
