import { CdnStore } from '../../../emulator/cdn-store';

const file = (bytes: number) => ({ ciphertext: Buffer.alloc(bytes), rawsize: bytes, md5: '' });
const upload = {
  bot_id: 'b',
  to_user_id: 'u',
  filekey: 'f',
  mediaType: 1,
  rawsize: 1,
  rawmd5: '',
  filesize: 16,
  aeskey: Buffer.alloc(16),
};

describe('CdnStore', () => {
  it('finds an announced upload by either of its parameters, which differ, and by its filekey', () => {
    const store = new CdnStore(() => 1000);
    const slot = store.announce(upload);
    expect(slot.fullUrlParam).not.toBe(slot.uploadParam);
    expect([slot.fullUrlParam, slot.uploadParam].map((param) => store.slotOfParam(param))).toEqual([
      slot,
      slot,
    ]);
    expect(store.slotOfFilekey('f')).toBe(slot);
    expect(store.slotOfParam('f')).toBeUndefined();
  });

  it('lets the oldest files go when its limit is passed', () => {
    const store = new CdnStore(() => 100);
    const params = [40, 40, 40].map((size) => store.store(file(size)).param);
    expect(params.map((param) => store.file(param) !== undefined)).toEqual([false, true, true]);
  });

  it('keeps the newest file even when it is larger than the limit', () => {
    const store = new CdnStore(() => 10);
    expect(store.file(store.store(file(40)).param)).toBeDefined();
  });
});
