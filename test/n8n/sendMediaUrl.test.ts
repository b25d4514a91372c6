import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NodeApiError, NodeOperationError, type IDataObject } from 'n8n-workflow';

import { readMessage } from '../../ilink/incoming';
import { toItemJson } from '../../nodes/WeChat/trigger/item';
import { fileLike } from '../support/file-heads';
import { removeTempFolders, tempFolder } from '../support/temp-folder';
import { Stage, type Person } from './harness/stage';

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

/** The system's folder for temporary files, for this test alone. */
const temporary = (process.env.TMPDIR = tempFolder());

let stage: Stage;
let web: Server;
let base: string;
let owner: Person;
/** What the web server does, by path. */
let pages: Record<string, RequestListener>;
let asked: string[];
beforeAll(async () => {
  stage = await Stage.open();
  web = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://web');
    asked.push(pathname);
    (pages[pathname] ?? ((_request, missing) => missing.writeHead(404).end('not here')))(request, response);
  });
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  base = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});
beforeEach(async () => {
  owner = await stage.owner();
  pages = {};
  asked = [];
});
afterEach(() => {
  stage.server.faults.clear();
  // Of every file that was fetched, also where sending it failed.
  expect(readdirSync(temporary)).toEqual([]);
});
afterAll(async () => {
  await stage.close();
  web.closeAllConnections();
  web.close();
  removeTempFolders();
});

const giving =
  (bytes: Buffer, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(200, headers).end(bytes);
const PDF = Buffer.from('255044462d312e340a', 'hex');
const send = (url: string, parameters: IDataObject = {}) =>
  stage.n8n.execute(owner.sendMedia({ source: 'url', url, ...parameters } as never), [{ json: {} }]);
const complaints = () => stage.server.dropped.filter(({ bot_id }) => bot_id === owner.botId);
const announcements = () =>
  stage.server.requests('getuploadurl').filter(({ bot_id }) => bot_id === owner.botId);

describe('Send Media from a URL', () => {
  test.each([
    ['image/png', 'image/png', 'image'],
    ['video/mp4', 'application/octet-stream', 'video'],
    ['image/heic', 'image/jpeg', 'file'],
    ['application/pdf', '', 'file'],
  ])('%s that the server calls %j arrives as what it is', async (real, declared, type) => {
    const bytes = fileLike(real, 300_007);
    pages['/a'] = giving(bytes, declared ? { 'content-type': declared } : {});
    const [output] = await send(`${base}/a`);
    expect(owner.received.map(({ type: shown, media }) => [shown, media!.md5])).toEqual([[type, md5(bytes)]]);
    expect(output!.json).toMatchObject({ outcome: 'accepted', parts: [{ type }] });
    expect(complaints()).toEqual([]);
  });

  test.each([
    [
      'its header',
      { 'content-disposition': "attachment; filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf" },
      '报告.pdf',
      {},
    ],
    [
      'its header, as an encoded word',
      { 'content-disposition': 'attachment; filename="=?UTF-8?B?5pyI5oqlLnBkZg==?="' },
      '月报.pdf',
      {},
    ],
    ['its address', {}, '年度 总结.pdf', {}],
    ['the option', {}, 'mine.pdf', { options: { fileName: 'mine.pdf' } }],
  ] as const)('the name comes from %s', async (_what, headers, expected, parameters) => {
    pages[encodeURI('/年度 总结.pdf')] = giving(fileLike('application/pdf', 500), headers);
    await send(`${base}/${encodeURIComponent('年度 总结.pdf')}?token=1`, parameters);
    expect(owner.received[0]!.media!.name).toBe(expected);
  });

  test('a file without any name gets one that fits', async () => {
    pages['/'] = giving(fileLike('application/pdf', 500));
    await send(base);
    expect(owner.received[0]!.media!.name).toBe('file.pdf');
  });

  test('redirects are followed', async () => {
    pages['/short'] = (_request, response) => response.writeHead(302, { location: '/long/report.zip' }).end();
    pages['/long/report.zip'] = giving(fileLike('application/zip', 500));
    await send(`${base}/short`);
    expect(asked).toEqual(['/short', '/long/report.zip']);
    // n8n's helper does not say where they ended.
    expect(owner.received[0]!.media!.name).toBe('short.zip');
  });

  test.each([
    ['/download.php', fileLike('application/pdf', 500), 'application/pdf', 'download.pdf'],
    ['/123', PDF, 'application/pdf', '123.pdf'],
    ['/blob', fileLike('audio/mpeg', 500), 'application/octet-stream', 'blob.mp3'],
    [
      `/${encodeURIComponent('月报')}`,
      Buffer.concat([
        Buffer.from('d0cf11e0a1b11ae1', 'hex'),
        Buffer.alloc(504),
        Buffer.from('Workbook', 'utf16le'),
      ]),
      'application/vnd.ms-excel',
      '月报.xls',
    ],
    ['/offer.txt', Buffer.from('Get free coupons until Friday!\n'), 'text/plain', 'offer.txt'],
    ['/page.html', Buffer.from('<!DOCTYPE html><p>Hello'), 'text/html', 'page.html'],
    ['/report.docx', fileLike('application/zip', 500), 'application/octet-stream', 'report.docx'],
    ['/app.apk', fileLike('application/zip', 500), 'application/octet-stream', 'app.apk'],
    ['/logo', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml', 'logo.svg'],
  ])('%s has the same name from a URL, a binary field and a reference', async (path, bytes, type, name) => {
    pages[path] = giving(bytes, { 'content-type': type });
    await send(`${base}${path}`);
    const fileName = path.slice(1);
    const binary = { data: await stage.n8n.file(bytes, { mimeType: type, fileName }) };
    await stage.n8n.execute(owner.sendMedia({}), [{ json: {}, binary }]);
    // What the phone sends under that name; WeChat tells no type of it.
    const { json } = {
      json: toItemJson(
        readMessage(await owner.writes({ media: { kind: 'file', bytes, name: fileName } })),
        false,
      ),
    };
    await stage.n8n.execute(owner.sendMedia({ source: 'reference', mediaReference: '={{ $json.media }}' }), [
      { json },
    ]);
    expect(owner.received.map(({ media }) => media!.name)).toEqual([name, name, name]);
  });

  test('is fetched once, also when the upload has to begin anew', async () => {
    const bytes = fileLike('video/mp4', 2_000_000);
    pages['/v.mp4'] = giving(bytes);
    stage.server.faults.add({ endpoint: 'cdn_upload', drop: 'middle' });
    await send(`${base}/v.mp4`);
    expect(owner.received[0]!.media!.bytes().equals(bytes)).toBe(true);
    expect(asked).toEqual(['/v.mp4']);
  });

  test('the caption goes first', async () => {
    pages['/a.png'] = giving(fileLike('image/png', 500));
    await send(`${base}/a.png`, { caption: 'Look!' });
    expect(owner.received.map(({ type }) => type)).toEqual(['text', 'image']);
  });
});

describe('A URL that cannot be sent', () => {
  const failure = async (url: string, parameters: IDataObject = {}) => {
    const error = await send(url, { caption: 'Look!', ...parameters }).then(
      () => undefined,
      (thrown: NodeApiError | NodeOperationError) => thrown,
    );
    expect([NodeApiError, NodeOperationError]).toContain(error?.constructor);
    expect(error!.description?.length).toBeGreaterThan(20);
    expect(JSON.stringify([error, error!.message, error!.description])).not.toContain('s3cret');
    expect(owner.received).toEqual([]);
    expect(announcements()).toEqual([]);
    return error!;
  };

  test.each([
    '',
    '  ',
    'example.com/a.png',
    'ftp://example.com/a',
    'file:///etc/passwd',
    'data:text/plain,x',
  ])('%j is not one', async (url) => {
    expect((await failure(url)).message).toMatch(/^The URL is (empty|not a web address)$/);
  });

  const LOGIN = Buffer.from('<!doctype html><html><title>Log in</title></html>');
  test.each([
    ['/photo.jpg', 'text/html; charset=utf-8', {}],
    ['/report.pdf', 'text/html', {}],
    ['/report.pdf', 'application/octet-stream', {}],
    ['/report.pdf', '', {}],
    ['/view', 'text/html', { sendAs: 'image' }],
    ['/view', 'text/html', { sendAs: 'video' }],
    ['/view', 'text/html', { options: { fileName: '月报.docx' } }],
    ['/download.php', 'text/html', {}],
    ['/123', 'text/html', {}],
    ['/', 'text/html', {}],
  ])('%s, declared as %j, with %j, is an HTML page', async (path, type, parameters) => {
    pages[path] = giving(LOGIN, type ? { 'content-type': type } : {});
    const { message, description } = await failure(`${base}${path}?token=s3cret`, parameters);
    expect(message).toMatch(/^The file at 127.* is a web page \(HTML\) and not the file itself$/);
    expect(description).toContain('login');
  });

  test('a page is a file where its name or "Send As" says so', async () => {
    for (const [path, parameters] of [
      ['/view', { sendAs: 'file' }],
      ['/view', { options: { fileName: 'report.html' } }],
      ['/view.htm', {}],
    ] as const) {
      pages[path] = giving(LOGIN, { 'content-type': 'text/html' });
      await send(`${base}${path}`, parameters);
    }
    expect(owner.received.map(({ media }) => media!.name)).toEqual(['view.html', 'report.html', 'view.htm']);
  });

  test('an address that names a document behind its question mark, and answers with a page', async () => {
    pages['/get'] = giving(LOGIN, { 'content-type': 'text/html' });
    const { message } = await failure(`${base}/get?id=7&file=a.pdf`, { sendAs: 'file' });
    expect(message).toContain('is a web page');
  });

  test.each([
    [404, 'still valid'],
    [403, 'HTTP Request node'],
    [500, 'Try again'],
  ])('a server that answers %i', async (status, next) => {
    pages['/s3cret/a'] = (_request, response) => response.writeHead(status).end('s3cret');
    const error = await failure(`${base}/s3cret/a?key=s3cret`);
    expect(error.message).toContain(`127.0.0.1`);
    expect(error.message).toContain(`the server answered ${status}`);
    expect(error.description).toContain(next);
  });

  test('a server that is not there', async () => {
    const error = await failure('http://127.0.0.1:9/s3cret');
    expect(error.message).toBe('The file at 127.0.0.1:9 could not be fetched');
    expect(error.description).toContain('ECONNREFUSED');
  });

  test('an empty file', async () => {
    pages['/empty'] = giving(Buffer.alloc(0));
    expect((await failure(`${base}/empty`)).message).toContain('is empty');
  });

  test('a file above the limit is not fetched to its end, whatever the server said of its size', async () => {
    let sent = 0;
    pages['/endless'] = (_request, response) => {
      response.on('error', () => undefined);
      const more = (): void => {
        sent += 65_536;
        if (!response.destroyed) response.write(randomBytes(65_536), () => setImmediate(more));
      };
      more();
    };
    const error = await failure(`${base}/endless`, { options: { maxFileSize: 2 } });
    expect(error.message).toContain('is larger than 2 MB');
    // What is in the buffers of the connection comes on top.
    expect(sent).toBeLessThan(40_000_000);
  });

  test('a server that breaks off in the middle', async () => {
    pages['/half'] = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000000' });
      response.write(randomBytes(300_000), () => response.destroy());
    };
    expect((await failure(`${base}/half`)).message).toContain('could not be read to its end');
  });

  test('an execution that is cancelled while the file comes', async () => {
    const abort = new AbortController();
    pages['/slow'] = (_request, response) => {
      response.write(randomBytes(1_000));
      setImmediate(() => abort.abort());
    };
    const sending = stage.n8n.execute(
      owner.sendMedia({ source: 'url', url: `${base}/slow` }),
      [{ json: {} }],
      abort.signal,
    );
    await expect(sending).rejects.toThrow('cancelled');
    expect(owner.received).toEqual([]);
  });
});
