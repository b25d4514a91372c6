import type { Bot } from './bots';
import { deliver, joined, repeated } from './delivery';
import { deliverAgain, planDuplicate, type DuplicateStyle } from './duplicates';
import { PersonError } from './errors';
import { toWireJson } from './ids';
import { inboundMessage } from './inbound';
import type { Batch } from './mailbox';
import { spoiled } from './spoiled';
import { SPOILINGS } from './spoilings';
import { seenMedia, show } from './shown';
import {
  MEDIA_KINDS,
  type PersonMedia,
  type PersonMessage,
  type SeenMedia,
  type SeenMessage,
  type WireMessage,
} from './types';
import type { World } from './world';

/** One chat. */
export interface ChatOf {
  bot_id: string;
  user_id: string;
}

/** The person with the phone: writes, sees, waits. */
export class Person {
  constructor(private readonly world: World) {}

  /**
   * The user writes to the bot. The message goes to a waiting poll, or waits for one; it opens the window again.
   * @throws PersonError when the bot is unknown or its login has ended, or the message is empty
   */
  write(message: PersonMessage): WireMessage {
    const { bot, wire, batch } = this.compose(message);
    deliver(this.world, bot, batch);
    planDuplicate(this.world, bot, wire, this.world.settingsFor(message));
    return wire;
  }

  /** Several messages to one bot that leave in one answer. */
  writeTogether(messages: readonly PersonMessage[]): WireMessage[] {
    const composed = messages.map((message) => this.compose(message));
    const bots = new Set(composed.map(({ bot }) => bot));
    const [bot] = bots;
    if (!bot || bots.size > 1)
      throw new PersonError(400, 'Messages that leave together are messages to one bot');
    deliver(this.world, bot, joined(composed.map(({ batch }) => batch)));
    return composed.map(({ wire }) => wire);
  }

  private compose(message: PersonMessage): { bot: Bot; wire: WireMessage; batch: Batch } {
    const bot = this.liveBot(message.bot_id);
    checkMessage(message);
    const conversation = bot.startConversation(message.user_id);
    bot.seq += 1;
    const { wire, mediaParam } = inboundMessage(this.world, bot, message);
    conversation.lastWroteAt = this.world.clock.now();
    conversation.sentSinceWrite = 0;
    conversation.refusedInARow = 0;
    const bubble = userBubble(this.world, message, wire, mediaParam);
    show(this.world, bot, conversation, bubble);
    const { spoiled: how, depth } = message;
    const { seq } = bot;
    const onGiven = () => {
      bubble.given = true;
      conversation.newestToken = { seq, givenAt: this.world.clock.now() };
    };
    return {
      bot,
      wire,
      batch: { json: how ? spoiled(wire, how, depth) : toWireJson(wire), count: 1, onGiven },
    };
  }

  /**
   * Puts a message into the next answer exactly as it is: messages of the future, garbage. It opens no window.
   * @param count so many of them in one answer; `{n}` in a text is then the number of each
   */
  inject(bot_id: string, raw: string | Buffer | object, count = 1): void {
    const bot = this.liveBot(bot_id);
    const json = typeof raw === 'string' || Buffer.isBuffer(raw) ? raw : toWireJson(raw);
    deliver(this.world, bot, repeated(json, count));
  }

  /**
   * Delivers a message once more, the last of the user unless its id is given.
   * @throws PersonError when the chat has no such message
   */
  repeat({ bot_id, user_id }: ChatOf, style: DuplicateStyle, message_id?: string): void {
    const written = this.chat({ bot_id, user_id }).filter(({ from }) => from === 'user');
    const found = written.findLast((seen) => message_id === undefined || seen.message_id === message_id);
    if (!found) throw new PersonError(404, 'The user has written no such message');
    deliverAgain(this.world, this.liveBot(bot_id), found.wire as WireMessage, style);
  }

  /** What the phone shows, in order. The array is the emulator's own: copy it before keeping it. */
  chat({ bot_id, user_id }: ChatOf): readonly SeenMessage[] {
    return this.world.bots.get(bot_id).conversation(user_id)?.seen ?? [];
  }

  typing({ bot_id, user_id }: ChatOf): boolean {
    return this.world.bots.get(bot_id).conversation(user_id)?.typing ?? false;
  }

  /** Resolves with the chat as soon as `predicate` holds for it; rejects after `timeoutMs` of real time. */
  waitFor(
    predicate: (seen: readonly SeenMessage[]) => boolean,
    who: ChatOf,
    timeoutMs: number,
  ): Promise<SeenMessage[]> {
    const { events } = this.world;
    return new Promise((resolve, reject) => {
      let checkPlanned = false;
      const finish = (act: () => void) => {
        clearTimeout(timer);
        events.off('message', onMessage);
        act();
      };
      const check = () => {
        checkPlanned = false;
        try {
          const seen = this.chat(who);
          if (predicate(seen)) finish(() => resolve([...seen]));
        } catch (error) {
          finish(() => reject(error));
        }
      };
      // One look for all messages of a moment: a predicate that goes through the chat must not cost its square.
      const onMessage = (at: ChatOf) => {
        if (checkPlanned || at.bot_id !== who.bot_id || at.user_id !== who.user_id) return;
        checkPlanned = true;
        setImmediate(check);
      };
      const tooLate = () =>
        new Error(`Not there in ${timeoutMs} ms; the chat shows ${this.chat(who).length} messages`);
      const timer = setTimeout(() => finish(() => reject(tooLate())), timeoutMs);
      events.on('message', onMessage);
      check();
    });
  }

  private liveBot(bot_id: string): Bot {
    const bot = this.world.bots.get(bot_id);
    if (!bot.live) throw new PersonError(409, `The login of ${bot_id} has ended`);
    return bot;
  }
}

function checkMessage({ user_id, media, spoiled: how }: PersonMessage): void {
  if (how && !SPOILINGS.includes(how))
    throw new PersonError(400, `spoiled must be one of ${SPOILINGS.join(', ')}`);
  if (!user_id.endsWith('@im.wechat')) throw new PersonError(400, 'A user id ends in @im.wechat');
  if (media && !MEDIA_KINDS.includes(media.kind)) {
    throw new PersonError(400, `media.kind must be one of ${MEDIA_KINDS.join(', ')}`);
  }
}

function userBubble(
  world: World,
  message: PersonMessage,
  wire: WireMessage,
  mediaParam?: string,
): SeenMessage {
  const { media } = message;
  const text = message.text || media?.transcript;
  return {
    from: 'user',
    message_id: wire.message_id,
    client_id: wire.client_id,
    at: world.clock.now(),
    type: media?.kind ?? 'text',
    ...(text !== undefined && { text }),
    ...(media && mediaParam !== undefined && { media: seenMedia(world, mediaParam, aboutMedia(media)) }),
    wire,
  };
}

function aboutMedia({
  kind,
  name,
  playtime_ms,
  transcript,
}: PersonMedia): Pick<SeenMedia, 'kind'> & Partial<SeenMedia> {
  return {
    kind,
    ...(name !== undefined && { name }),
    ...(playtime_ms !== undefined && { playtime_ms }),
    ...(transcript !== undefined && { transcript }),
  };
}
