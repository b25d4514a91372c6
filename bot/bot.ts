import { randomBytes } from 'node:crypto';

import { systemClock } from '../ilink/clock';
import { botKeyOf, type BotCredential } from '../ilink/credential';
import type { IncomingMessage } from '../ilink/incoming';
import type { Store } from '../store/store';
import type { AddressedClient } from './addressed-client';
import { connectionFor, type BotConnection, type ConnectionDeps } from './connection';
import { BotFiles } from './files';
import { Lazy } from './lazy';
import type { Memory } from './memory';
import { OutboxUpkeep } from './outbox-upkeep';
import type { Quoted } from './recall/quotes';
import { SentMemory } from './recall/sent';
import { receiverFor } from './receiver-for';
import type { Receiver } from './receive/receiver';
import type { Conversations } from './send/conversations';
import type { BotOutbox } from './send/outbox';
import { chooseContextToken, type ContextTokens } from './send/context-token';
import type { SendIdentity, SendRequest, SendResult } from './send/message';
import type { WaitReason } from './send/wait-reasons';
import type { Limits } from './send/window';
import { Sending } from './sending';
import { Typing } from './typing/typing';
import type { Report } from './report';

/** What a bot takes from outside. Everything but the memory has a default for real use. */
export interface BotDeps extends Partial<ConnectionDeps> {
  /** What the process remembers. Rejects when the store cannot be opened; the next call tries again. */
  memory: () => Promise<Memory>;
  random?: () => number;
  report?: Report;
  /** Keeps the bot in use until the returned function is called, for what goes on after its user has let go of it. */
  retain?: () => () => void;
}

/**
 * One bot: its connection, its poll loop, and what it does besides, which is made when it is first needed. Each part knows only those
 * that were made before it; what the poll loop finds out, it tells those who asked (see {@link Receiver.addHooks}).
 */
export class Bot {
  /** Names it in the store; see {@link botKeyOf}. */
  readonly key: string;
  readonly client: AddressedClient;
  /** The poll loop. It does nothing until somebody listens. */
  readonly receiver: Receiver;
  private readonly connection: BotConnection;
  private readonly files: Lazy<BotFiles>;
  private readonly recall: Lazy<SentMemory>;
  private readonly indicator: Lazy<Typing>;
  private readonly sending: Lazy<Sending>;

  constructor(
    credential: BotCredential,
    private readonly deps: BotDeps,
  ) {
    const all = { clock: systemClock, randomBytes, random: Math.random, report: () => undefined, ...deps };
    const bot = (this.key = botKeyOf(credential));
    const connection = (this.connection = connectionFor(credential, all));
    const client = (this.client = connection.client);
    const store = async (): Promise<Store> => (await deps.memory()).store;
    const shared = { ...all, bot, client, store };
    const receiver = (this.receiver = receiverFor({ ...shared, credential }));
    this.files = new Lazy(() => new BotFiles({ ...all, ...connection }));
    const recall = (this.recall = new Lazy(() => new SentMemory(shared)));
    const elsewhere = {
      mayBe: async () => (await deps.memory()).options.role !== undefined,
      sentTo: async (userId: string) => (await (await store()).conversations.get(bot, userId))?.sentSince,
    };
    const indicator = (this.indicator = new Lazy(
      () => new Typing({ ...shared, elsewhere, ...(deps.retain && { retain: deps.retain }) }),
    ));
    this.sending = new Lazy(
      () => new Sending({ ...shared, receiver, typing: indicator.get(), sentMemory: recall.get() }),
    );
    const upkeep = async (): Promise<void> => {
      const { housekeeping, sharing } = await deps.memory();
      housekeeping.tick();
      void sharing.announce();
    };
    receiver.addHooks({ beforePoll: upkeep });
    receiver.addHooks(new OutboxUpkeep({ ...shared, receiver, outbox: this.sending }));
  }

  /** Whether anybody listens to its messages. */
  get listening(): boolean {
    return this.receiver.listening;
  }

  get conversations(): Conversations {
    return this.sending.get().conversations;
  }

  get outbox(): BotOutbox {
    return this.sending.get().outbox;
  }

  get typing(): Typing {
    return this.indicator.get();
  }

  /** Sends the messages of one request, or queues them. See {@link Sending.send}. */
  send(request: SendRequest, signal?: AbortSignal): Promise<SendResult> {
    return this.sending.get().send(request, signal);
  }

  /** See {@link Sending.waitReason}. */
  waitReason(to: string, limits: Limits): Promise<WaitReason | undefined> {
    return this.sending.get().waitReason(to, limits);
  }

  /** See {@link Sending.noteDone}. */
  noteDone(identity: SendIdentity, sent: SendResult): Promise<void> {
    return this.sending.get().noteDone(identity, sent);
  }

  /** The context token for a user: the one that is wanted, else the newest that is known, else that of the item. */
  async contextTokenFor(to: string, contextToken: ContextTokens): Promise<string | undefined> {
    if (contextToken.wanted) return contextToken.wanted;
    return chooseContextToken(contextToken, (await this.conversations.get(to))?.contextToken);
  }

  /** The earlier message that this one quotes, if it is known here. */
  quoted(message: IncomingMessage): Promise<Quoted | undefined> {
    return this.recall.get().quoted(message);
  }

  /** See {@link BotFiles.upload}. */
  upload(...call: Parameters<BotFiles['upload']>): ReturnType<BotFiles['upload']> {
    return this.files.get().upload(...call);
  }

  /** See {@link BotFiles.download}. */
  download(...call: Parameters<BotFiles['download']>): ReturnType<BotFiles['download']> {
    return this.files.get().download(...call);
  }

  /** Whose bot it is, when a server has said so; see {@link Store.logins}. Nothing when the store cannot be read. */
  async provenUser(): Promise<string | undefined> {
    try {
      return await (await this.deps.memory()).store.logins.provenUser(this.key);
    } catch {
      return undefined;
    }
  }

  /** Closes the connections. Nothing may use the bot afterwards. */
  async close(): Promise<void> {
    await this.sending.ifMade?.close();
    this.indicator.ifMade?.close();
    await this.recall.ifMade?.write();
    await this.connection.transport.close();
  }
}
