import type { IncomingMessage, ServerResponse } from 'node:http';
import { bubbleView } from './control-routes';
import type { Emulator } from './emulator';
import type { WorldEvents } from './world';

type Chat = { bot_id: string; user_id: string };

/** How often an idle stream says something, so that a browser notices a connection that died. */
const HEARTBEAT_MS = 15_000;

/**
 * Server-sent events of one chat: `message` and `typing`; `login` events go to every stream. Without `bot_id` and `user_id`
 * in the query only logins are told.
 */
export function streamEvents(
  emulator: Emulator,
  req: IncomingMessage,
  res: ServerResponse,
  query: URLSearchParams,
): void {
  const chat = { bot_id: query.get('bot_id') ?? '', user_id: query.get('user_id') ?? '' };
  const { events } = emulator.world;
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  res.write(': open\n\n');
  const tell = (event: string, data: object) =>
    res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const isHere = (other: Chat) => other.bot_id === chat.bot_id && other.user_id === chat.user_id;

  const onMessage = (...[at]: WorldEvents['message']) => {
    const seen = isHere(at)
      ? emulator.world.bots.get(at.bot_id).conversation(at.user_id)?.seen[at.index]
      : undefined;
    if (seen) tell('message', bubbleView(emulator, chat, seen, at.index));
  };
  const onTyping = (...[at]: WorldEvents['typing']) => {
    if (isHere(at)) tell('typing', { typing: at.typing });
  };
  const onLogin = (...[login]: WorldEvents['login']) => tell('login', login);
  const heartbeat = setInterval(() => res.write(': still here\n\n'), HEARTBEAT_MS).unref();

  events.on('message', onMessage).on('typing', onTyping).on('login', onLogin);
  req.once('close', () => {
    clearInterval(heartbeat);
    events.off('message', onMessage).off('typing', onTyping).off('login', onLogin);
  });
}
