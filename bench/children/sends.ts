/**
 * Sends texts as the node does, or with nothing but a keep-alive connection: the limit of what any client can reach. The
 * first message of the parent is whom to write to, every further one how many texts.
 */
import { Agent, request as httpRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';

import { DEFAULT_LIMITS } from '../../bot/send/window';
import { readCredential } from '../../nodes/WeChat/shared/credential';
import { appHeaders } from '../../ilink/headers';
import { registryIn } from '../folder';
import type { SendOrder, SendTask } from '../race';

/** @param lane which of those that send at the same time it is */
type SendOne = (text: string, lane: number) => Promise<void>;

process.once('message', (task: SendTask) => void start(task));
// Not killed, so that a profile of it is written (BENCH_PROFILE).
process.once('disconnect', () => process.exit());

async function start(task: SendTask): Promise<void> {
  const send = task.bare ? bareSender(task) : await ourSender(task);
  process.on('message', (order: SendOrder) => {
    void sendMany(send, order).then(
      (samplesMs) => process.send!({ samplesMs }),
      (error: unknown) => process.send!({ failed: String(error) }),
    );
  });
  process.send!({ ready: true });
}

async function ourSender({ folder, credential, to, contextToken }: SendTask): Promise<SendOne> {
  const registry = registryIn(folder);
  // The store is in the path of every send, and its opening in none.
  await registry.memory();
  const { bot } = registry.retain(readCredential(credential));
  const settings = {
    pauseMs: 0,
    whenClosed: 'error',
    queueMs: 1,
    ageNote: '',
    contextToken: { wanted: contextToken },
  } as const;
  const limits = { ...DEFAULT_LIMITS, quota: 1e9 };
  return async (text, lane) => {
    const parts = [{ type: 'text' as const, item: { type: 1, text_item: { text } } }];
    // What one user is sent goes out one after another, so each lane has a user of its own.
    const { parts: sent } = await bot.send({ ...settings, limits, parts, to: `${lane}${to}` });
    if (sent[0]!.outcome !== 'accepted') throw new Error(`A message was ${sent[0]!.outcome}`);
  };
}

function bareSender({ credential, to, contextToken }: SendTask): SendOne {
  const url = new URL('ilink/bot/sendmessage', `${String(credential.apiBaseUrl)}/`);
  const isTls = url.protocol === 'https:';
  const agent = new (isTls ? TlsAgent : Agent)({ keepAlive: true });
  const headers = {
    ...appHeaders('2.4.9'),
    'Content-Type': 'application/json',
    AuthorizationType: 'ilink_bot_token',
    Authorization: `Bearer ${String(credential.botToken)}`,
  };
  const base_info = { channel_version: '2.4.9', bot_agent: 'Bench/1.0' };
  let next = 0;
  return (text) =>
    new Promise((resolve, reject) => {
      const msg = {
        from_user_id: '',
        to_user_id: to,
        client_id: `bare-${next++}`,
        message_type: 2,
        message_state: 2,
        context_token: contextToken,
        item_list: [{ type: 1, text_item: { text } }],
      };
      const body = JSON.stringify({ msg, base_info });
      const call = (isTls ? tlsRequest : httpRequest)(
        url,
        {
          agent,
          method: 'POST',
          headers: {
            ...headers,
            'X-WECHAT-UIN': Buffer.from(String(next)).toString('base64'),
            'Content-Length': Buffer.byteLength(body),
          },
        },
        (response) => response.on('error', reject).on('end', resolve).resume(),
      );
      call.on('error', reject).end(body);
    });
}

/** @returns how long each took */
async function sendMany(send: SendOne, { count, atOnce, text }: SendOrder): Promise<number[]> {
  const samplesMs: number[] = [];
  let next = 0;
  const oneByOne = async (_: unknown, lane: number): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const startedAt = performance.now();
      await send(`${text} ${index}`, lane);
      samplesMs.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, oneByOne));
  return samplesMs;
}
