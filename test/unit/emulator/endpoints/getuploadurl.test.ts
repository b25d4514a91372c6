import { uploadProblem } from '../../../../emulator/endpoints/getuploadurl';
import { prepareUpload, startBound, stopAll } from '../wire-client';

afterEach(stopAll);

const { announcement } = prepareUpload(Buffer.alloc(100), 'u@im.wechat', 1);

describe('uploadProblem', () => {
  it('finds nothing wrong with a complete announcement', () => {
    expect(uploadProblem(announcement)).toBeUndefined();
  });

  it.each([
    [{ filekey: 'short' }, 'filekey'],
    [{ filekey: undefined }, 'filekey'],
    [{ media_type: 5 }, 'media_type'],
    [{ media_type: '1' }, 'media_type'],
    [{ to_user_id: '' }, 'to_user_id'],
    [{ rawsize: 0 }, 'rawsize'],
    [{ rawsize: '100' }, 'rawsize'],
    [{ rawfilemd5: 'A1B2' }, 'rawfilemd5'],
    [{ filesize: 100 }, 'filesize'],
    [{ filesize: undefined }, 'filesize'],
    [{ rawsize: 96, filesize: 96 }, 'filesize'],
    [{ aeskey: Buffer.alloc(16).toString('base64') }, 'aeskey'],
    [{ no_need_thumb: undefined }, 'thumb_rawsize'],
    [{ no_need_thumb: false, media_type: 2 }, 'thumb_rawsize'],
  ])('finds what is wrong in %j', (changes, field) => {
    expect(uploadProblem({ ...announcement, ...changes })).toMatchObject({ field });
  });

  it('wants no thumbnail for a file', () => {
    expect(uploadProblem({ ...announcement, media_type: 3, no_need_thumb: undefined })).toBeUndefined();
  });
});

describe('getuploadurl', () => {
  it.each([
    ['full_url', ['ret', 'upload_full_url']],
    ['param', ['ret', 'upload_param']],
    ['both', ['ret', 'upload_full_url', 'upload_param']],
  ] as const)('says where to upload in the style %s', async (uploadStyle, fields) => {
    const client = await startBound({ settings: { uploadStyle } });
    const answer = await client.post('getuploadurl', { ...announcement, to_user_id: client.user });
    expect(Object.keys(answer)).toEqual(fields);
    if (uploadStyle !== 'param')
      expect(answer['upload_full_url']).toContain(`${client.emulator.cdnUrl}/upload?`);
  });

  it('answers a wrong field with -2 and an unknown recipient with -1', async () => {
    const client = await startBound();
    const good = { ...announcement, to_user_id: client.user };
    expect(await client.post('getuploadurl', { ...good, filesize: 1 })).toMatchObject({
      ret: -2,
      errmsg: 'invalid filesize',
    });
    expect(await client.post('getuploadurl', announcement)).toMatchObject({ ret: -1 });
    expect(client.reasons()).toEqual(['upload_field_wrong', 'unknown_user']);
  });

  it('notes a filekey that was used for another file, and not the same announcement again', async () => {
    const client = await startBound();
    const good = { ...announcement, to_user_id: client.user };
    await client.post('getuploadurl', good);
    await client.post('getuploadurl', good);
    expect(client.reasons()).toEqual([]);
    await client.post('getuploadurl', { ...good, rawfilemd5: 'f'.repeat(32) });
    await client.post('getuploadurl', { ...good, filekey: '0'.repeat(32), aeskey: 'f'.repeat(32) });
    expect(client.reasons()).toEqual(['filekey_reused']);
  });

  it('gives a second parameter for a thumbnail', async () => {
    const client = await startBound();
    const { rawsize: thumb_rawsize, rawfilemd5: thumb_rawfilemd5, filesize: thumb_filesize } = announcement;
    const thumb = { thumb_rawsize, thumb_rawfilemd5, thumb_filesize, no_need_thumb: false };
    const answer = await client.post('getuploadurl', { ...announcement, to_user_id: client.user, ...thumb });
    expect(answer['thumb_upload_param']).toEqual(expect.any(String));
  });
});
