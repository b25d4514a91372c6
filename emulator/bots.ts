import { randomInt } from 'node:crypto';
import type { CancelAlarm, EmulatorClock } from './clock';
import { PersonError } from './errors';
import { randomText } from './ids';
import { Mailbox, type Batch } from './mailbox';
import { BoundedMap } from './records';
import type { BotLogin, SeenMessage } from './types';

/** One user's chat with one bot, as the server and the phone know it. */
export interface Conversation {
  readonly user_id: string;
  lastWroteAt?: number;
  /** The newest context token that the bot was given, by its number, and when. */
  newestToken?: { seq: number; givenAt: number };
  sentSinceWrite: number;
  recentSends: number[];
  /** End of the penalty for too many messages; tries meanwhile lengthen it. */
  throttledUntil?: number;
  /** How often the bot wrote although window or quota was closed, since it closed. Repeats lengthen penalties [C]. */
  refusedInARow: number;
  /** The bubbles on the phone, oldest first. */
  readonly seen: SeenMessage[];
  typing: boolean;
  stopTypingAlarm: CancelAlarm;
}

/** So many ids of accepted messages are remembered to find a repeated `client_id`. */
const REMEMBERED_CLIENT_IDS = 50_000;

/** One login: a bot id with its token, and everything that hangs on it. */
export class Bot {
  readonly mailbox: Mailbox;
  live = true;
  /** Number of the latest message to the bot, its `seq`. */
  seq = 0;
  /** Number of cursors handed out. */
  cursors = 0;
  /** Cursors from before this one are stale. */
  oldestCursor = 0;
  /** Messages that are kept back until all of them go out together. */
  readonly late: Batch[] = [];
  /** What the latest answer with messages carried. */
  given?: Batch[];
  /** `client_id` of accepted messages → their `message_id`. */
  readonly clientIds = new BoundedMap<string, string>(REMEMBERED_CLIENT_IDS);
  /** The latest X-WECHAT-UIN values, to notice a client that does not make a new one for each request. */
  recentUins: string[] = [];
  private readonly conversations = new Map<string, Conversation>();

  constructor(
    readonly login: BotLogin,
    clock: EmulatorClock,
  ) {
    this.mailbox = new Mailbox(clock);
    // The owner is known from the login on; everybody else from their first message on.
    this.startConversation(login.ilink_user_id);
  }

  get id(): string {
    return this.login.ilink_bot_id;
  }

  /** The chat with this user, or undefined for an id that the bot cannot know. Ids are case-sensitive. */
  conversation(user_id: string): Conversation | undefined {
    return this.conversations.get(user_id);
  }

  /** The chat with this user, begun if there is none yet. */
  startConversation(user_id: string): Conversation {
    const known = this.conversations.get(user_id);
    if (known) return known;
    const fresh: Conversation = {
      user_id,
      sentSinceWrite: 0,
      recentSends: [],
      refusedInARow: 0,
      seen: [],
      typing: false,
      stopTypingAlarm: () => {},
    };
    this.conversations.set(user_id, fresh);
    return fresh;
  }
}

/** All logins since the emulator started, live and ended. */
export class Bots {
  private readonly byId = new Map<string, Bot>();
  private readonly byToken = new Map<string, Bot>();
  private readonly liveByUser = new Map<string, Bot>();

  constructor(
    private readonly clock: EmulatorClock,
    private readonly baseurl: (user_id: string) => string,
  ) {}

  all(): Bot[] {
    return [...this.byId.values()];
  }

  /** The bot with this id. @throws PersonError when there is none */
  get(bot_id: string): Bot {
    const bot = this.byId.get(bot_id);
    if (!bot) throw new PersonError(404, `There is no bot ${bot_id}`);
    return bot;
  }

  /** The bot that holds this token; only a live one, unless told otherwise. */
  withToken(token: string, which: 'live' | 'also ended' = 'live'): Bot | undefined {
    const bot = this.byToken.get(token);
    return bot?.live || which === 'also ended' ? bot : undefined;
  }

  /** One WeChat account has one live bot: a new login makes a new bot id and ends the old token (protocol.md, "Login"). */
  bind(who: { user_id?: string; bot_id?: string } = {}): Bot {
    const ilink_user_id = checkedId(who.user_id ?? `o9cq80${randomText(15)}@im.wechat`, '@im.wechat');
    const ilink_bot_id = checkedId(who.bot_id ?? `${randomText(9)}@im.bot`, '@im.bot');
    if (this.byId.has(ilink_bot_id)) {
      throw new PersonError(409, `${ilink_bot_id} exists already: every login makes a new bot id`);
    }
    const bot_token = `${ilink_bot_id}:${randomInt(2 ** 40).toString(16)}${randomText(24)}`;
    const bot = new Bot(
      { bot_token, ilink_bot_id, ilink_user_id, baseurl: this.baseurl(ilink_user_id) },
      this.clock,
    );
    this.end(this.liveByUser.get(ilink_user_id));
    this.byId.set(ilink_bot_id, bot);
    this.byToken.set(bot_token, bot);
    this.liveByUser.set(ilink_user_id, bot);
    return bot;
  }

  /** Whether the account has a bot that was neither removed nor replaced. */
  hasLive(user_id: string): boolean {
    return this.liveByUser.get(user_id)?.live === true;
  }

  /** Ends the bot's token. Polls that are held for it answer -14 at once. */
  revoke(bot_id: string): void {
    this.end(this.get(bot_id));
  }

  private end(bot: Bot | undefined): void {
    if (!bot) return;
    bot.live = false;
    bot.mailbox.revoke();
  }
}

function checkedId(id: string, suffix: string): string {
  if (id.endsWith(suffix) && id.length > suffix.length) return id;
  throw new PersonError(400, `${id} is no id of this kind: it must end in ${suffix}`);
}
