import { Bot } from '../../bot/bot';
import type { Memory } from '../../bot/memory';
import { startEmulator, type Emulator } from '../../emulator';
import { credential } from '../support/credential';
import { FakeClock } from '../support/fake-clock';
import { attemptComplaints } from './attempts';
import { REMEMBERS_LOST_REPLIES, sendText } from './ending';
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
const LETTERS = [...'abc xyz ÄÖü 北京你好，。 🥟👩‍👩‍👧 \n*_`[]'];
const LONGEST_TEXT = 300;

/** What the bot and one of its users have to do with each other. */
interface Chat {
  userId: string;
  contextToken: string;
  ledger: Ledger;
}

export interface LaneResult {
  sends: number;
  /** How many messages ended how. */
  outcomes: Record<string, number>;
  /** What should not have been, in words. */
  complaints: string[];
}

interface LaneParts {
  server: Emulator;
  bot: Bot;
  botId: string;
  clock: FakeClock;
  random: () => number;
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

  private constructor(private readonly parts: LaneParts) {
    const userIds = Array.from({ length: USERS }, (_, user) => `o9soak${user}@im.wechat`);
    this.chats = userIds.map((userId) => ({ userId, contextToken: '', ledger: new Ledger() }));
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
    const bot = new Bot(credential({ ...addresses, ...owner }), { clock, memory: async () => memory });
    return new Lane({ server, bot, botId: login.ilink_bot_id, clock, random });
  }

  /** Sends so many messages, and compares what was said with what the phones show. */
  async run(sends: number): Promise<LaneResult> {
    for (const chat of this.chats) {
      await this.userWrites(chat);
      // Only a server that was seen to give ids is known to.
      await this.send(chat, 1, 0);
    }
    while (this.sends < sends) await this.step();
    const outcomes: Record<string, number> = {};
    for (const { userId, ledger } of this.chats) {
      const bubbles = this.parts.server.sees(this.parts.botId, userId).filter(({ from }) => from === 'bot');
      this.complaints.push(...ledger.complaints(bubbles));
      for (const [name, count] of Object.entries(ledger.outcomes))
        outcomes[name] = (outcomes[name] ?? 0) + count;
    }
    return { sends: this.sends, outcomes, complaints: this.complaints };
  }

  async close(): Promise<void> {
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

  private async userWrites(chat: Chat): Promise<void> {
    const { server, botId } = this.parts;
    const written = await server.write({ bot_id: botId, user_id: chat.userId, text: 'go on' });
    chat.contextToken = written.context_token;
  }

  /** Sends `count` messages at the same time. */
  private async send(chat: Chat, count: number, troubledShare: number): Promise<void> {
    const { server, random } = this.parts;
    const group = this.steps++;
    const texts = Array.from({ length: count }, () => this.newText());
    for (const text of texts) chat.ledger.sent(text, group);
    for (const fault of troublesFor(count, random, troubledShare, REMEMBERS_LOST_REPLIES))
      server.faults.add(fault);
    await this.pass(Promise.all(texts.map((text) => this.sendOne(chat, text))));
    server.faults.clear();
    this.lookAtRequests();
  }

  private async sendOne({ userId, contextToken, ledger }: Chat, text: string): Promise<void> {
    ledger.ended(text, await sendText(this.parts.bot, { to: userId, contextToken }, text));
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

  /** Lets time pass until it is over; the clock stands still as long as anything is on its way. */
  private async pass(work: Promise<unknown>): Promise<void> {
    const { server, clock } = this.parts;
    let over = false;
    const end = work.finally(() => (over = true));
    end.catch(() => undefined);
    for (let quiet = 0; !over; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      const { entries } = server.world.records.requests;
      if (entries.slice(-LARGEST_BURST * 2).some(({ outcome }) => outcome === 'pending')) quiet = 0;
      if (quiet < QUIET_TURNS || clock.nextInMs === undefined) continue;
      await clock.advance(clock.nextInMs);
      quiet = 0;
    }
    await end;
  }
}
