import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { streamEvents } from './control-events';
import { CONTROL_ROUTES } from './control-routes';
import { PersonError } from './errors';
import { BodyTooLarge, readBody, requestUrl } from './http';
import { parseLossless } from './ids';
import type { Emulator } from './emulator';

/** A file in base64 and some room: the largest that WeChat's own client takes is 100 MB. */
const BODY_LIMIT_BYTES = 150 * 1024 * 1024;

/** Serves what the phone page brings along, and says whether the path was one of its own. */
type ServePhonePage = (req: IncomingMessage, res: ServerResponse) => Promise<boolean>;

/** The person's host: the control API under /control, and the phone page. */
export function controlListener(emulator: Emulator): RequestListener {
  return (req, res) => void respond(emulator, req, res);
}

async function respond(emulator: Emulator, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = requestUrl(req);
  try {
    if (!url.pathname.startsWith('/control')) return await page(emulator, req, res, url.pathname);
    if (url.pathname === '/control/events') return streamEvents(emulator, req, res, url.searchParams);
    if (url.pathname === '/control/media') return sendMedia(emulator, res, url.searchParams);
    const route = findRoute(req.method ?? '', url.pathname);
    const body = await readJson(req);
    sendJson(res, 200, await route(emulator, body, url.searchParams));
  } catch (error) {
    if (!res.headersSent) sendJson(res, statusOf(error), { error: (error as Error).message });
  }
}

function statusOf(error: unknown): number {
  if (error instanceof PersonError) return error.status;
  return error instanceof BodyTooLarge ? 413 : 500;
}

function findRoute(method: string, pathname: string) {
  const key = `${method} ${pathname}`;
  const route = Object.hasOwn(CONTROL_ROUTES, key) ? CONTROL_ROUTES[key] : undefined;
  if (route) return route;
  const methods = Object.keys(CONTROL_ROUTES).filter((other) => other.endsWith(` ${pathname}`));
  if (methods.length === 0) throw new PersonError(404, `There is no call ${pathname}`);
  throw new PersonError(405, `There is no ${key}, but ${methods.join(' and ')}`);
}

async function readJson(req: IncomingMessage): Promise<Record<string, unknown>> {
  const text = (await readBody(req, BODY_LIMIT_BYTES)).toString('utf8');
  if (text === '') return {};
  let body: unknown;
  try {
    body = parseLossless(text);
  } catch {
    throw new PersonError(400, 'The body is no JSON');
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw new PersonError(400, 'The body must be a JSON object');
}

function sendJson(res: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  res.end(text);
}

/** The decrypted bytes of a file in a chat. */
function sendMedia(emulator: Emulator, res: ServerResponse, query: URLSearchParams): void {
  const seen = emulator.sees(query.get('bot_id') ?? '', query.get('user_id') ?? '')[
    Number(query.get('index'))
  ];
  if (!seen?.media) throw new PersonError(404, 'There is no file at this place of the chat');
  const { kind, name, broken } = seen.media;
  if (broken !== undefined) throw new PersonError(410, `The phone cannot open this file: ${broken}`);
  const bytes = seen.media.bytes();
  const disposition =
    kind === 'file' ? `attachment; filename*=UTF-8''${encodeURIComponent(name ?? 'file')}` : 'inline';
  res.writeHead(200, {
    'Content-Type': mediaType(kind, bytes),
    'Content-Length': bytes.length,
    'Content-Disposition': disposition,
    // What a bot sent must not run as a page of this host.
    'X-Content-Type-Options': 'nosniff',
  });
  res.end(bytes);
}

const IMAGE_SIGNATURES: [Buffer, string][] = [
  [Buffer.from([0x89, 0x50, 0x4e, 0x47]), 'image/png'],
  [Buffer.from([0xff, 0xd8, 0xff]), 'image/jpeg'],
  [Buffer.from('GIF8'), 'image/gif'],
  [Buffer.from('RIFF'), 'image/webp'],
];

function mediaType(kind: string, bytes: Buffer): string {
  if (kind === 'video') return 'video/mp4';
  if (kind !== 'image') return 'application/octet-stream';
  const known = IMAGE_SIGNATURES.find(([signature]) => bytes.subarray(0, signature.length).equals(signature));
  return known?.[1] ?? 'application/octet-stream';
}

async function page(
  emulator: Emulator,
  req: IncomingMessage,
  res: ServerResponse,
  pathname: string,
): Promise<void> {
  if (pathname.startsWith('/q/')) return redirectToPage(res, `${emulator.personUrl}${req.url}`);
  if (await phonePage()(req, res)) return;
  throw new PersonError(404, `There is no ${pathname}`);
}

/** Somebody opened the link of a QR code in a browser: on a phone, WeChat would open. */
function redirectToPage(res: ServerResponse, qr_url: string): void {
  res.writeHead(302, { Location: `/?${new URLSearchParams({ qr_url })}` });
  res.end();
}

/** Loaded at the first request: the API side runs without the page. */
function phonePage(): ServePhonePage {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() is not available to CommonJS tests
  return (require('./phone/serve') as { servePhonePage: ServePhonePage }).servePhonePage;
}
