import { prepareUpload, startChat, stopAll, uploadTo, type WireClient } from './wire-client';

afterEach(stopAll);

const small = Buffer.from('some bytes');

async function announced(client: WireClient, bytes = small, changes: object = {}) {
  const prepared = prepareUpload(bytes, client.user, 3);
  const where = await client.post('getuploadurl', { ...prepared.announcement, ...changes });
  const full = where['upload_full_url'] as string;
  const { filekey } = prepared.announcement;
  const built = `${client.emulator.cdnUrl}/upload?encrypted_query_param=${where['upload_param']}&filekey=${filekey}`;
  return { ...prepared, full, built, filekey };
}

async function refusal(response: Promise<Response>) {
  const { status, headers } = await response;
  expect(headers.get('x-encrypted-param')).toBeNull();
  return [status, headers.get('x-error-message') === null ? 'no text' : 'text'];
}

describe('CDN upload', () => {
  it('takes the announced ciphertext and hands out x-encrypted-param, under which it can be fetched', async () => {
    const client = await startChat();
    const { full, ciphertext } = await announced(client);
    const response = await uploadTo(full, ciphertext);
    expect(response.status).toBe(200);
    const param = encodeURIComponent(response.headers.get('x-encrypted-param') ?? '');
    const fetched = await fetch(`${client.emulator.cdnUrl}/download?encrypted_query_param=${param}`);
    expect(Buffer.from(await fetched.arrayBuffer())).toEqual(ciphertext);
    expect(client.reasons()).toEqual([]);
    expect(client.emulator.requests('cdn_upload')).toMatchObject([{ status: 200, body: { bytes: 16 } }]);
  });

  it('hands out the same parameter when the same upload comes again', async () => {
    const client = await startChat();
    const { full, ciphertext } = await announced(client);
    const params = [await uploadTo(full, ciphertext), await uploadTo(full, ciphertext)].map((response) =>
      response.headers.get('x-encrypted-param'),
    );
    expect(params[0]).toBe(params[1]);
  });

  it('refuses what is no POST of application/octet-stream', async () => {
    const client = await startChat();
    const { full, ciphertext } = await announced(client);
    expect(await refusal(uploadTo(full, ciphertext, { method: 'PUT' }))).toEqual([405, 'text']);
    expect(await refusal(uploadTo(full, ciphertext, { headers: { 'Content-Type': 'image/png' } }))).toEqual([
      400,
      'text',
    ]);
    expect(client.reasons()).toEqual(['wrong_method', 'content_type_wrong']);
  });

  it('refuses a body in chunks, which has no announced length', async () => {
    const client = await startChat();
    const { full, ciphertext } = await announced(client);
    const inChunks = { body: new Blob([new Uint8Array(ciphertext)]).stream(), duplex: 'half' } as RequestInit;
    expect(await refusal(uploadTo(full, ciphertext, inChunks))).toEqual([411, 'text']);
    expect(client.reasons()).toEqual(['content_length_missing']);
  });

  it('notes a token that was sent to the CDN', async () => {
    const client = await startChat();
    const { full, ciphertext } = await announced(client);
    const headers = { 'Content-Type': 'application/octet-stream', Authorization: 'Bearer x' };
    expect((await uploadTo(full, ciphertext, { headers })).status).toBe(200);
    expect(client.emulator.dropped).toMatchObject([
      { kind: 'warning', reason: 'upload_with_authorization', bot_id: client.chat.bot_id },
    ]);
  });

  it('complains of a token that is sent with a download', async () => {
    const client = await startChat();
    await client.emulator.write({ ...client.chat, media: { kind: 'file', bytes: small } });
    const { msgs } = await client.poll();
    const [item] = msgs[0]!['item_list'] as { file_item: { media: { full_url: string } } }[];
    const headers = { Authorization: `Bearer ${client.login.bot_token}` };
    expect((await fetch(item!.file_item.media.full_url, { headers })).status).toBe(200);
    expect(client.emulator.dropped).toMatchObject([
      { kind: 'warning', reason: 'download_with_authorization', bot_id: client.chat.bot_id },
    ]);
  });

  it('refuses another size, another content, another key, or plaintext', async () => {
    const client = await startChat();
    const { full, ciphertext } = await announced(client);
    const other = await announced(client, Buffer.from('same size!'));
    expect(await refusal(uploadTo(full, Buffer.concat([ciphertext, ciphertext])))).toEqual([400, 'text']);
    expect(await refusal(uploadTo(full, ciphertext.subarray(1)))).toEqual([400, 'text']);
    expect(await refusal(uploadTo(full, Buffer.alloc(16)))).toEqual([400, 'text']);
    const wrongMd5 = await announced(client, small, { rawfilemd5: other.announcement.rawfilemd5 });
    expect(await refusal(uploadTo(wrongMd5.full, wrongMd5.ciphertext))).toEqual([400, 'text']);
    const wrongSize = await announced(client, small, { rawsize: small.length + 1 });
    expect(await refusal(uploadTo(wrongSize.full, wrongSize.ciphertext))).toEqual([400, 'text']);
    expect(client.reasons().slice(0, 2)).toEqual(['upload_size_wrong', 'upload_size_wrong']);
    expect(client.reasons().slice(3)).toEqual(['upload_md5_wrong', 'upload_rawsize_wrong']);
  });

  it('answers an upload with too many bytes, over a connection that stays usable', async () => {
    const client = await startChat();
    const { full } = await announced(client);
    expect(await refusal(uploadTo(full, Buffer.alloc(3_000_000)))).toEqual([400, 'text']);
  });

  it('refuses parameters that it never gave, and another filekey', async () => {
    const client = await startChat({ settings: { uploadStyle: 'param' } });
    const { built, ciphertext, filekey } = await announced(client);
    const nowhere = `${client.emulator.cdnUrl}/upload?encrypted_query_param=x&filekey=y`;
    expect(await refusal(uploadTo(nowhere, ciphertext))).toEqual([400, 'text']);
    expect(await refusal(uploadTo(built.replace(filekey, 'f'.repeat(32)), ciphertext))).toEqual([
      400,
      'text',
    ]);
    expect(client.reasons()).toEqual(['upload_unknown', 'filekey_wrong']);
  });

  it.each([
    ['both', 40_000, 200],
    ['both', 60_000, 500],
    ['param', 60_000, 200],
    ['full_url', 60_000, 500],
  ] as const)(
    'with uploadStyle %s, answers %i bytes to a URL that the client built with %i',
    async (uploadStyle, size, status) => {
      const client = await startChat({ settings: { uploadStyle } });
      const { built, ciphertext } = await announced(client, Buffer.alloc(size, 1));
      expect((await uploadTo(built, ciphertext)).status).toBe(status);
    },
  );

  it('does not take calls of the API', async () => {
    const client = await startChat();
    const response = await fetch(client.emulator.cdnUrl.replace('/c2c', '/ilink/bot/getupdates'), {
      method: 'POST',
    });
    expect(response.status).toBe(404);
  });
});

describe('CDN download', () => {
  it('answers 404 with a text to an unknown parameter, and 405 to a POST', async () => {
    const { emulator } = await startChat();
    expect(await refusal(fetch(`${emulator.cdnUrl}/download?encrypted_query_param=x`))).toEqual([
      404,
      'text',
    ]);
    expect(await refusal(fetch(`${emulator.cdnUrl}/download`, { method: 'POST' }))).toEqual([405, 'text']);
  });
});
