import { readFile } from 'node:fs/promises';
import type * as http from 'node:http';
import * as path from 'node:path';

import { build } from 'esbuild';

const PAGE = path.join(__dirname, 'page');

interface Asset {
  type: string;
  /** The bytes, made once: after that the page is served from memory. */
  body: () => Promise<Buffer>;
}

const ASSETS: Readonly<Record<string, Asset>> = {
  '/': { type: 'text/html; charset=utf-8', body: once(() => readFile(path.join(PAGE, 'index.html'))) },
  '/phone.css': { type: 'text/css; charset=utf-8', body: once(() => bundle('phone.css')) },
  '/icon.svg': { type: 'image/svg+xml', body: once(() => readFile(path.join(PAGE, 'icon.svg'))) },
  '/phone.js': { type: 'text/javascript; charset=utf-8', body: once(() => bundle('phone.ts')) },
};

const HEADERS = {
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
  // Nothing from elsewhere, and no inline script: text that a bot sends can at worst be text.
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; media-src 'self'; " +
    "img-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/**
 * Answers GET and HEAD for the phone page and its assets.
 *
 * @returns true when the request was answered; false when it is for somebody else, and then `res` is untouched.
 * @throws when the page does not bundle, with esbuild's messages.
 */
export async function servePhonePage(req: http.IncomingMessage, res: http.ServerResponse): Promise<boolean> {
  const asset = findAsset(req);
  if (asset === undefined) return false;
  const body = await asset.body();
  res.writeHead(200, { ...HEADERS, 'content-type': asset.type, 'content-length': body.length });
  res.end(req.method === 'HEAD' ? undefined : body);
  return true;
}

function findAsset(req: http.IncomingMessage): Asset | undefined {
  if (req.method !== 'GET' && req.method !== 'HEAD') return undefined;
  const pathname = (req.url ?? '').split('?', 1)[0] ?? '';
  return Object.hasOwn(ASSETS, pathname) ? ASSETS[pathname] : undefined;
}

/** Bundles what an entry file imports, TypeScript or CSS, into one file for the browser. */
async function bundle(entry: string): Promise<Buffer> {
  const { outputFiles } = await build({
    absWorkingDir: PAGE,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    sourcemap: 'inline',
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made no file of ${entry}`);
  return Buffer.from(file.contents);
}

/** Remembers what `make` made; a failure is not remembered, so that the next request tries again. */
function once(make: () => Promise<Buffer>): () => Promise<Buffer> {
  let made: Promise<Buffer> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
