/**
 * Sends a file as often at once as its parent asks for: as the node does it, or with nothing but the same primitives, which is as
 * good as it can be.
 */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import type { IExecuteFunctions } from 'n8n-workflow';
import { Agent, request } from 'undici';

import { Bot } from '../../bot/bot';
import { sendMedia } from '../../nodes/WeChat/actions/message/sendMedia.operation';

export interface UploadTask {
  mode: 'ours' | 'bare';
  credential: {
    bot_token: string;
    ilink_bot_id: string;
    ilink_user_id: string;
    baseurl: string;
    cdnBaseUrl: string;
  };
  path: string;
  count: number;
}

const PIECE_BYTES = 256 * 1024;
let bot: Bot | undefined;

process.on('message', (task: UploadTask) => void run(task));

async function run(task: UploadTask): Promise<void> {
  const { bot_token, ilink_bot_id, ilink_user_id, baseurl, cdnBaseUrl } = task.credential;
  bot ??= new Bot(
    {
      botToken: bot_token,
      botId: ilink_bot_id,
      ownerUserId: ilink_user_id,
      apiBaseUrl: baseurl,
      cdnBaseUrl,
      clientVersion: '2.4.9',
    },
    { memory: () => Promise.reject(new Error('Files need no store')) },
  );
  const one = task.mode === 'ours' ? ours : bare;
  const running = bot;
  await Promise.all(Array.from({ length: task.count }, () => one(running, task.path, ilink_user_id)));
  process.send!({ done: true });
  // What the small file left behind does not belong to the baseline.
  (globalThis as { gc?: () => void }).gc!();
}

/** The node's operation, on a context that gives it the file as n8n's binary data on disk does. */
async function ours(bot: Bot, path: string, to: string): Promise<void> {
  const parameters: Record<string, unknown> = {
    source: 'binary',
    binaryPropertyName: 'data',
    sendAs: 'auto',
  };
  const context = {
    getNodeParameter: (name: string, _item: number, otherwise: unknown) => parameters[name] ?? otherwise,
    getExecutionId: () => undefined,
    getNode: () => ({ id: 'node' }),
    getWorkflow: () => ({ id: 'workflow' }),
    getWorkflowDataProxy: () => ({ $runIndex: 0 }),
    getMode: () => 'trigger',
    helpers: {
      assertBinaryData: () => ({ id: path, data: 'filesystem-v2', mimeType: 'video/mp4', fileName: 'a.bin' }),
      getBinaryStream: async (id: string, highWaterMark: number) => createReadStream(id, { highWaterMark }),
    },
  } as unknown as IExecuteFunctions;
  await sendMedia.execute({ context, itemIndex: 0, bot, recipient: { to, contextToken: {} } });
}

const agent = new Agent();

/** Two passes over the file, a cipher, a request, and no care for anything that may fail. */
async function bare(bot: Bot, path: string, to: string): Promise<void> {
  const hash = createHash('md5');
  let bytes = 0;
  for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES })) {
    hash.update(piece as Buffer);
    bytes += (piece as Buffer).length;
  }
  const key = randomBytes(16);
  const filesize = Math.ceil((bytes + 1) / 16) * 16;
  const { upload_full_url } = await bot.client.getUploadUrl({
    filekey: randomBytes(16).toString('hex'),
    media_type: 3,
    to_user_id: to,
    rawsize: bytes,
    rawfilemd5: hash.digest('hex'),
    filesize,
    aeskey: key.toString('hex'),
  });
  const encrypted = pipeline(
    createReadStream(path, { highWaterMark: PIECE_BYTES }),
    createCipheriv('aes-128-ecb', key, null),
    () => undefined,
  );
  const answer = await request(upload_full_url!, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(filesize) },
    body: encrypted,
    dispatcher: agent,
  });
  await answer.body.dump();
  const media = {
    encrypt_query_param: String(answer.headers['x-encrypted-param']),
    aes_key: Buffer.from(key.toString('hex')).toString('base64'),
    encrypt_type: 1,
  };
  const item = { type: 4, file_item: { media, file_name: 'a.bin', len: String(bytes) } };
  await bot.client.sendMessage({ to_user_id: to, client_id: randomBytes(8).toString('hex'), item });
}
