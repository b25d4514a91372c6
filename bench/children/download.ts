/**
 * Fetches a file as its parent asks for: as the node does it, or with nothing but the same primitives, which is as good as it can
 * be. The files go where n8n keeps binary data on disk, in the same way.
 */
import { createDecipheriv } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { Agent, request } from 'undici';

import { Bot } from '../../bot/bot';
import type { MediaReference } from '../../ilink/media/reference';
import { readReceiveOptions } from '../../nodes/WeChat/media/receiveOptions';
import { receiveFile, type ReceiveDeps } from '../../nodes/WeChat/media/receiveFile';

export interface DownloadTask {
  mode: 'ours' | 'bare';
  cdnBaseUrl: string;
  reference: MediaReference;
  folder: string;
}

let bot: Bot | undefined;
let files = 0;

process.on('message', (task: DownloadTask) => void run(task));

async function run(task: DownloadTask): Promise<void> {
  await (task.mode === 'ours' ? ours(task) : bare(task));
  process.send!({ done: true });
  // What the small file left behind does not belong to the baseline.
  (globalThis as { gc?: () => void }).gc!();
}

/** The node's way, with a helper that writes as n8n's own does. */
async function ours({ cdnBaseUrl, reference, folder }: DownloadTask): Promise<void> {
  bot ??= new Bot(
    {
      botToken: 't',
      botId: '',
      ownerUserId: '',
      apiBaseUrl: cdnBaseUrl,
      cdnBaseUrl,
      clientVersion: '2.4.9',
    },
    { memory: () => Promise.reject(new Error('Files need no store')) },
  );
  const prepareBinaryData = (async (content: NodeJS.ReadableStream, name: string, mimeType: string) => {
    await writeFile(pathIn(folder), content);
    return { data: name, mimeType };
  }) as unknown as ReceiveDeps['prepareBinaryData'];
  await receiveFile(reference, { bot, prepareBinaryData }, readReceiveOptions({ maxFileSize: 200 }, 300));
}

const agent = new Agent();

/** A request, a decipher, a file, and no care for anything that may fail. */
async function bare({ reference, folder }: DownloadTask): Promise<void> {
  const { full_url, aes_key } = reference.media;
  const key = Buffer.from(Buffer.from(aes_key!, 'base64').toString('latin1'), 'hex');
  const { body } = await request(full_url!, { method: 'GET', dispatcher: agent });
  const plain = pipeline(body, createDecipheriv('aes-128-ecb', key, null), () => undefined);
  await writeFile(pathIn(folder), plain);
}

function pathIn(folder: string): string {
  return join(folder, `${process.pid}-${++files}`);
}
