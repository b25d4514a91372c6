import { setTimeout as tick } from 'node:timers/promises';
import { type Emulator, startEmulator } from '../../emulator';
import { DEFAULT_SETTINGS } from '../../emulator/settings';
import type { BotLogin, DropRecord, RequestRecord, SeenMessage, WireMessage } from '../../emulator/types';
import { TencentClient } from './tencent/client';
import type { InboundMessage } from './tencent/rpc';

/** One user's chat with one bot that Tencent's client runs. */
export interface Chat {
  login: BotLogin;
  bot_id: string;
  user_id: string;
  /** The client's name for the bot. */
  accountId: string;
}

const LOOK_EVERY_MS = 2;
const LOOK_AT_MOST_MS = 8_000;

/**
 * The emulator and Tencent's client, one pair per test file. Every test plays in a chat of its own. After a test
 * nothing may be left in `dropped`: a test that provokes an entry takes it with `takeDrops()`.
 */
export class Stage {
  emulator!: Emulator;
  client!: TencentClient;
  private usedDrops = 0;
  private readonly monitored = new Set<string>();

  /** Registers the hooks of the test file. */
  static set(): Stage {
    const stage = new Stage();
    beforeAll(() => stage.open());
    afterEach(() => stage.clear());
    afterAll(() => stage.close());
    return stage;
  }

  /** A fresh login that the client knows. The user has not written yet. */
  async bind(client = this.client): Promise<Chat> {
    const login = this.emulator.bind();
    const { accountId } = await client.call('adopt', login);
    return { login, bot_id: login.ilink_bot_id, user_id: login.ilink_user_id, accountId };
  }

  /** Starts the client's monitor loop and waits until its poll is held. */
  async monitor(chat: Chat): Promise<void> {
    this.monitored.add(chat.accountId);
    await this.client.call('startMonitor', { accountId: chat.accountId });
    await this.listens(chat);
  }

  /** Stops the monitor loop, like the gateway does. */
  async leave({ accountId }: Chat): Promise<void> {
    this.monitored.delete(accountId);
    await this.client.call('stopMonitor', { accountId });
  }

  /** A chat whose window is open: the client listens and has got a first message of the user. */
  async openChat(): Promise<Chat> {
    const chat = await this.bind();
    await this.monitor(chat);
    await this.say(chat, 'hello');
    return chat;
  }

  /** The user writes; resolves when the client has handed it to its host. */
  async say(chat: Chat, text: string): Promise<InboundMessage> {
    return this.received(await this.emulator.write({ ...ids(chat), text }));
  }

  /** What the client made of this message. */
  received(wire: WireMessage): Promise<InboundMessage> {
    return this.client.received(({ ctx }) => ctx.MessageSidFull === wire.message_id);
  }

  /** What the phone shows of the bot's messages. */
  shown(chat: Chat): SeenMessage[] {
    return this.emulator.sees(chat.bot_id, chat.user_id).filter(({ from }) => from === 'bot');
  }

  /** Waits until the phone shows so many messages of the bot. */
  async shows(chat: Chat, count: number): Promise<SeenMessage[]> {
    await this.emulator.waitFor(
      (seen) => seen.filter(({ from }) => from === 'bot').length >= count,
      ids(chat),
    );
    return this.shown(chat);
  }

  /** This bot's requests to an endpoint. */
  requests(chat: Chat, endpoint: string): RequestRecord[] {
    // By its header too: a request that still waits, or whose token has ended, is not assigned to a bot.
    const authorization = `Bearer ${chat.login.bot_token}`;
    return this.emulator
      .requests(endpoint)
      .filter(({ bot_id, headers }) => bot_id === chat.bot_id || headers.authorization === authorization);
  }

  /** What was dropped, refused or looked wrong since the last call. */
  takeDrops(): DropRecord[] {
    const fresh = this.emulator.dropped.slice(this.usedDrops);
    this.usedDrops += fresh.length;
    return fresh;
  }

  /** Looks until it is so; the emulator has no event for a request that has only just arrived. */
  async until(isSo: () => boolean): Promise<void> {
    const deadline = Date.now() + LOOK_AT_MOST_MS;
    while (!isSo()) {
      if (Date.now() > deadline) throw new Error(`Not so after ${LOOK_AT_MOST_MS} ms: ${isSo}`);
      await tick(LOOK_EVERY_MS);
    }
  }

  /** Waits until the client's poll is held, so that what comes next ends this poll and not the one after it. */
  listens({ bot_id }: Chat): Promise<void> {
    return this.until(() => this.emulator.polls(bot_id) === 1);
  }

  private async open(): Promise<void> {
    this.emulator = await startEmulator();
    this.client = await TencentClient.start(this.emulator);
  }

  private async clear(): Promise<void> {
    for (const accountId of this.monitored) await this.client.call('stopMonitor', { accountId });
    this.monitored.clear();
    this.emulator.faults.clear();
    Object.assign(this.emulator.settings, DEFAULT_SETTINGS);
    expect(this.takeDrops()).toEqual([]);
  }

  private async close(): Promise<void> {
    await this.client.stop();
    await this.emulator.stop();
  }
}

const ids = ({ bot_id, user_id }: Chat) => ({ bot_id, user_id });
