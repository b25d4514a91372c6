import { start, startBound, stopAll } from './wire-client';

afterEach(stopAll);

describe('control server', () => {
  it.each([
    ['GET', '/control/nothing', undefined, 404, 'There is no call /control/nothing'],
    ['GET', '/control/bind', undefined, 405, 'There is no GET /control/bind, but POST /control/bind'],
    ['POST', '/control/bind', '{"user_id":', 400, 'The body is no JSON'],
    ['POST', '/control/bind', '[]', 400, 'The body must be a JSON object'],
    ['POST', '/control/revoke', '{}', 400, 'bot_id is missing'],
    ['POST', '/control/revoke', '{"bot_id":"x"}', 404, 'There is no bot x'],
    ['GET', '/nothing.js', undefined, 404, 'There is no /nothing.js'],
  ])('answers %s %s with body %p with %i', async (method, path, body, status, error) => {
    const { personUrl } = await start();
    const response = await fetch(personUrl + path, { method, ...(body !== undefined && { body }) });
    expect([response.status, await response.json()]).toEqual([status, { error }]);
  });

  it('serves the phone page', async () => {
    const { personUrl } = await start();
    const response = await fetch(personUrl);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
  });

  it('sends a browser that opens the link of a QR code to the phone page', async () => {
    const { personUrl } = await start();
    const url = `${personUrl}/q/abc?bot_type=3`;
    const response = await fetch(url, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(new URLSearchParams(response.headers.get('location')?.slice(2)).get('qr_url')).toBe(url);
  });

  it.each([
    ['image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 1]), 'image/png'],
    ['image', Buffer.from('<svg onload=alert(1)>'), 'application/octet-stream'],
    ['video', Buffer.from('x'), 'video/mp4'],
    ['file', Buffer.from('<html>'), 'application/octet-stream'],
  ] as const)('serves the plaintext of a %s, as a type that does not run', async (kind, bytes, type) => {
    const { emulator, chat } = await startBound();
    await emulator.write({ ...chat, media: { kind, bytes, name: '名.html' } });
    const where = new URLSearchParams({ ...chat, index: '0' });
    const response = await fetch(`${emulator.personUrl}/control/media?${where}`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    if (kind === 'file')
      expect(response.headers.get('content-disposition')).toContain(encodeURIComponent('名.html'));
  });

  it('has no media where there is none', async () => {
    const { emulator, chat } = await startBound();
    await emulator.write({ ...chat, text: 'hi' });
    for (const index of ['0', '1', 'x']) {
      const where = new URLSearchParams({ ...chat, index });
      expect((await fetch(`${emulator.personUrl}/control/media?${where}`)).status).toBe(404);
    }
  });

  it('says why a broken file cannot be opened', async () => {
    const client = await startBound();
    await client.userWrites();
    const { media } = await client.upload(Buffer.from('x'), 1);
    await client.sendItem({ type: 2, image_item: { media, mid_size: 1 } });
    const where = new URLSearchParams({ ...client.chat, index: '1' });
    const response = await fetch(`${client.emulator.personUrl}/control/media?${where}`);
    expect([response.status, await response.json()]).toEqual([
      410,
      { error: 'The phone cannot open this file: mid_size_wrong' },
    ]);
  });
});
