import { join } from 'node:path';
import { Agent } from 'undici';

import { Bot } from '../../../bot/bot';
import { Lazy } from '../../../bot/lazy';
import { Memory } from '../../../bot/memory';
import type { SendRequest, SendResult } from '../../../bot/send/message';
import { DEFAULT_LIMITS } from '../../../bot/send/window';
import { systemClock } from '../../../ilink/clock';
import { SqliteStore } from '../../../store/sqlite/sqlite-store';
import { credential } from '../../support/credential';
import { settle, SteppedClock } from '../../support/fake-clock';
import { HttpServer } from '../../support/http-server';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';

const request: SendRequest = {
  to: 'u',
  parts: [{ type: 'text', item: { type: 1, text_item: { text: 'hi' } } }],
  limits: DEFAULT_LIMITS,
  pauseMs: 0,
  whenClosed: 'sendAnyway',
  queueMs: 1,
  ageNote: '',
};

describe('Bot', () => {
  let server: HttpServer;
  let store: SqliteStore;
  let bot: Bot;

  beforeEach(async () => {
    server = await new HttpServer().start();
    const addresses = { apiBaseUrl: server.url, cdnBaseUrl: `${server.url}/c2c` };
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), Date.now(), () => undefined);
    const options = { clock: systemClock, keep: { days: 7, messages: 100 }, report: () => undefined };
    const memory = Memory.of(store, options);
    bot = new Bot(credential(addresses), { dispatcher: new Agent(), memory: () => memory });
  });
  afterAll(removeTempFolders);
  afterEach(async () => {
    await bot.close();
    await store.close();
    await server.stop();
  });

  it('sends nothing when the store cannot be opened, and says why', async () => {
    const asked: string[] = [];
    server.handler = ({ url }, response) => {
      asked.push(url);
      response.end('{}');
    };
    const clock = new SteppedClock();
    const memory = (): Promise<never> => Promise.reject(Object.assign(new Error('x'), { code: 'EACCES' }));
    const without = new Bot(credential({ apiBaseUrl: server.url }), {
      dispatcher: new Agent(),
      memory,
      clock,
    });
    const failure = without.send(request).catch((error: unknown) => error);
    for (let tries = 0; tries < 20; tries++) {
      await settle();
      clock.fire();
    }
    expect(await failure).toMatchObject({ code: 'not_writable', facts: { stopped: 'action' } });
    expect(asked).toEqual([]);
    await without.close();
  });

  it('keeps what comes in, also what is no message, with the context token of each user', async () => {
    const msgs = [
      null,
      'garbage',
      { from_user_id: 'u@im.wechat', context_token: 'ctx' },
      { from_user_id: 'x' },
    ];
    server.handler = ({ url }, response) => {
      if (url.endsWith('getupdates')) response.end(JSON.stringify({ ret: 0, msgs }));
      else response.end('{}');
    };
    let arrived = (): void => undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const onArrival = async (): Promise<void> => {
      if ((await store.inbox.newestSeq(bot.key)) > 0) arrived();
    };
    const end = bot.receiver.listen({ onArrival: () => void onArrival() });
    await arrival;
    await end();
    const bodies = (await store.inbox.messagesAfter(bot.key, 0, 100)).map(
      ({ body }) => JSON.parse(body) as unknown,
    );
    expect(bodies.slice(0, 4)).toEqual(msgs);
    expect(await store.conversations.get(bot.key, 'u@im.wechat')).toMatchObject({
      contextToken: 'ctx',
      sentSince: 0,
    });
    expect(await store.conversations.get(bot.key, 'x')).toMatchObject({ contextToken: '' });
  });

  it('makes nothing for sending while it only polls', async () => {
    server.handler = (_request, response) =>
      response.end(JSON.stringify({ ret: 0, msgs: [], get_updates_buf: 'x' }));
    const polled = new Promise<void>((resolve) => {
      bot.receiver.addHooks({ changed: ({ state }) => state === 'connected' && resolve() });
    });
    const end = bot.receiver.listen({ onArrival: () => undefined });
    await polled;
    await end();
    const parts = Object.values(bot).filter((part) => part instanceof Lazy);
    expect(parts.map(({ ifMade }) => ifMade)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('hides typing when a message to the user was sent, and ends it when it is closed', async () => {
    const seen: unknown[] = [];
    server.handler = ({ url, body }, response) => {
      if (url.endsWith('sendtyping')) seen.push((JSON.parse(body.toString()) as { status: unknown }).status);
      response.end(JSON.stringify({ ret: 0, typing_ticket: 'ticket', message_id: '1' }));
    };
    await bot.typing.keepAlive('u', { timeoutMs: 60_000 }).shown;
    await bot.send(request);
    expect(bot.typing.kept).toBe(0);
    await bot.typing.stop('u');
    expect(seen).toEqual([1, 2, 2]);
    await bot.typing.keepAlive('u', { timeoutMs: 60_000 }).shown;
    await bot.close();
    expect(bot.typing.kept).toBe(0);
  });

  it('sends with a client id that no other message has', async () => {
    const [a, b] = await Promise.all([bot.send(request), bot.send({ ...request, to: 'v' })]);
    const idOf = ({ parts: [part] }: SendResult) => (part as { client_id: string }).client_id;
    expect(idOf(a)).toMatch(/^n8n-[0-9a-f-]{36}$/);
    expect(idOf(a)).not.toBe(idOf(b));
  });
});
