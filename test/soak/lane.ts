import { Bot } from '../../bot/bot';
import type { Memory } from '../../bot/memory';
import { startEmulator, type Emulator } from '../../emulator';
import { credential } from '../support/credential';
import { FakeClock } from '../support/fake-clock';
import { attemptComplaints } from './attempts';
import { endingsIn, sendText } from './ending';
import { troublesFor } from './faults';
import { Ledger } from './ledger';

const USERS = 3;
/** How many of the messages meet some trouble. */
const TROUBLED_SHARE = 0.3;
/** How often the user writes before a message goes out. Ten messages of the bot need one of the user. */
const WRITE_SHARE = 0.2;
const BURST_SHARE = 0.1;
const LARGEST_BURST = 5;
/** After so many turns of the event loop without a request nothing is on its way, and what is left waits for the time. */
const QUIET_TURNS = 25;
/** Nothing that is under way pauses for longer; polls and failed queues wait for longer. */
const LONGEST_PAUSE_MS = 5_000;
const NOTICES_AT_ONCE = 1_000;
/** The longest queue goes out in so many windows. */
const MAX_WINDOWS = 500;
const LETTERS = [...'abc xyz ÄÖü 北京你好，。 🥟👩‍👩‍👧 *_`[]'];
const LONGEST_TEXT = 300;

/** What the bot and one of its users have to do with each other. */
interface Chat {
  userId: string;
  ledger: Ledger;
}

export interface LaneResult {
  sends: number;
  /** How many messages ended how. */
  outcomes: Record<string, number>;
  /** How many messages waited for their user, and in how many bubbles several of them came together. */
  queued: number;
  merged: number;
  /** What should not have been, in words. */
  complaints: string[];
}

export function emptyResult(): LaneResult {
  return { sends: 0, outcomes: {}, queued: 0, merged: 0, complaints: [] };
}

export function addResult(total: LaneResult, one: LaneResult): void {
  total.sends += one.sends;
  total.queued += one.queued;
  total.merged += one.merged;
  total.complaints.push(...one.complaints);
  for (const [name, count] of Object.entries(one.outcomes))
    total.outcomes[name] = (total.outcomes[name] ?? 0) + count;
}

interface LaneParts {
  server: Emulator;
  bot: Bot;
  botId: string;
  memory: Memory;
  clock: FakeClock;
  random: () => number;
  /** Ends the listening. */
  end: () => Promise<void>;
}

/**
 * One bot with a server of its own, so that its troubles meet the messages that they are made for, whatever other lanes do.
 * Its time passes when nothing is on its way.
 */
export class Lane {
  private readonly chats: Chat[];
  private readonly complaints: string[] = [];
  private sends = 0;
  private steps = 0;
  private looked = 0;
  private noticed = 0;

  private constructor(private readonly parts: LaneParts) {
    const userIds = Array.from({ length: USERS }, (_, user) => `o9soak${user}@im.wechat`);
    this.chats = userIds.map((userId) => ({ userId, ledger: new Ledger() }));
  }

  /**
   * @param memory the store that every lane writes to
   * @param random numbers from 0 up to 1, of this lane alone
   */
  static async open(memory: Memory, random: () => number): Promise<Lane> {
    const server = await startEmulator();
    const login = server.bind();
    const clock = new FakeClock();
    const addresses = { botToken: login.bot_token, apiBaseUrl: login.baseurl, cdnBaseUrl: server.cdnUrl };
    const owner = { botId: login.ilink_bot_id, ownerUserId: login.ilink_user_id };
    const { report } = memory.options;
    const bot = new Bot(credential({ ...addresses, ...owner }), {
      clock,
      report,
      memory: async () => memory,
    });
    // Word of what became of queued messages is kept for those who listen.
    await memory.store.inbox.subscribe(bot.key, bot.key);
    const end = bot.receiver.listen({ onArrival: () => undefined });
    return new Lane({ server, bot, botId: login.ilink_bot_id, memory, clock, random, end });
  }

  /** Sends so many messages, and compares what was said with what the phones show. */
  async run(sends: number): Promise<LaneResult> {
    for (const chat of this.chats) {
      await this.userWrites(chat);
      // Only a server that was seen to give ids is known to.
      await this.send(chat, 1, 0);
    }
    while (this.sends < sends) await this.step();
    for (const chat of this.chats) await this.emptyQueue(chat);
    this.complaints.push(...this.repeatedAgainstClosed());
    const result = emptyResult();
    for (const { userId, ledger } of this.chats) {
      const bubbles = this.parts.server.sees(this.parts.botId, userId).filter(({ from }) => from === 'bot');
      const complaints = ledger.complaints(bubbles);
      addResult(result, { sends: 0, outcomes: ledger.outcomes, ...ledger.queueing(bubbles), complaints });
    }
    addResult(result, { ...emptyResult(), sends: this.sends, complaints: this.complaints });
    return result;
  }

  async close(): Promise<void> {
    await this.parts.end();
    await this.parts.bot.close();
    await this.parts.server.stop();
  }

  private async step(): Promise<void> {
    const { random } = this.parts;
    const chat = this.chats[Math.floor(random() * this.chats.length)]!;
    if (random() < WRITE_SHARE) await this.userWrites(chat);
    const size = random() < BURST_SHARE ? 2 + Math.floor(random() * (LARGEST_BURST - 1)) : 1;
    await this.send(chat, size, TROUBLED_SHARE);
  }

  /** The user writes, and the bot knows it. */
  private async userWrites({ userId }: Chat): Promise<void> {
    const { server, bot, botId } = this.parts;
    const { context_token } = await server.write({ bot_id: botId, user_id: userId, text: 'go on' });
    const arrival = async (): Promise<void> => {
      while ((await bot.conversations.get(userId))?.contextToken !== context_token) await nextTurn();
    };
    await this.pass(arrival());
  }

  /** Sends `count` messages at the same time. */
  private async send(chat: Chat, count: number, troubledShare: number): Promise<void> {
    const { server, random } = this.parts;
    const group = this.steps++;
    const texts = Array.from({ length: count }, () => this.newText());
    for (const text of texts) chat.ledger.sent(text, group);
    for (const fault of troublesFor(count, random, troubledShare)) server.faults.add(fault);
    await this.pass(Promise.all(texts.map((text) => this.sendOne(chat, text))));
    server.faults.clear();
    this.lookAtRequests();
    await this.lookAtNotices();
  }

  private async sendOne({ userId, ledger }: Chat, text: string): Promise<void> {
    ledger.ended(text, await sendText(this.parts.bot, userId, text));
  }

  /** What waits for this user goes out, window by window. */
  private async emptyQueue(chat: Chat): Promise<void> {
    const { bot } = this.parts;
    for (let windows = 0; (await bot.outbox.list(chat.userId)).length > 0; windows++) {
      if (windows === MAX_WINDOWS) return void this.complaints.push(`The queue of ${chat.userId} stays`);
      await this.userWrites(chat);
      this.lookAtRequests();
    }
    await this.lookAtNotices();
  }

  /** What became of queued messages. */
  private async lookAtNotices(): Promise<void> {
    const { memory, bot } = this.parts;
    for (;;) {
      const messages = await memory.store.inbox.messagesAfter(bot.key, this.noticed, NOTICES_AT_ONCE);
      for (const { seq, kind, userId, body } of messages) {
        this.noticed = seq;
        await memory.store.inbox.handedOver(bot.key, seq);
        if (kind !== 'notice') continue;
        const chat = this.chats.find((one) => one.userId === userId)!;
        for (const [text, ending] of endingsIn(JSON.parse(body))) chat.ledger.ended(text, ending);
      }
      if (messages.length < NOTICES_AT_ONCE) return;
    }
  }

  /** The bot knows what it sent, so a server that the window is over for is never asked twice. */
  private repeatedAgainstClosed(): string[] {
    const { dropped } = this.parts.server;
    const repeats = dropped.filter(({ reason }) => reason === 'repeated_against_closed_window').length;
    return repeats === 0 ? [] : [`The server was asked ${repeats} times more after its window was closed`];
  }

  private newText(): string {
    const { random } = this.parts;
    const length = Math.floor(random() * LONGEST_TEXT);
    const letters = Array.from({ length }, () => LETTERS[Math.floor(random() * LETTERS.length)]);
    return `${this.sends++}: ${letters.join('')}`;
  }

  private lookAtRequests(): void {
    const { entries } = this.parts.server.world.records.requests;
    // The list forgets its oldest entries all at once.
    if (this.looked > entries.length) this.looked = 0;
    this.complaints.push(...attemptComplaints(entries.slice(this.looked)));
    this.looked = entries.length;
  }

  /** Lets time pass until it is over, and everything that it led to; the clock stands still while anything is on its way. */
  private async pass(work: Promise<unknown>): Promise<void> {
    const { clock } = this.parts;
    let over = false;
    const end = work.finally(() => (over = true));
    end.catch(() => undefined);
    for (let quiet = 0; ; quiet++) {
      await nextTurn();
      if (this.isBusy()) quiet = 0;
      if (quiet < QUIET_TURNS) continue;
      const nextInMs = clock.nextInMs ?? Infinity;
      if (over && nextInMs > LONGEST_PAUSE_MS) return void (await end);
      if (nextInMs < Infinity) await clock.advance(nextInMs);
      quiet = 0;
    }
  }

  /** Whether the server has a message to answer. */
  private isBusy(): boolean {
    const { entries } = this.parts.server.world.records.requests;
    const latest = entries.slice(-LARGEST_BURST * 2);
    return latest.some(({ endpoint, outcome }) => endpoint === 'sendmessage' && outcome === 'pending');
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
