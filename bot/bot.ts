import { randomBytes, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

import { ILinkClient } from '../ilink/client';
import { systemClock, type Clock } from '../ilink/clock';
import { openTransport, type ConnectionRule } from '../ilink/connect';
import type { IncomingMessage } from '../ilink/incoming';
import type { MediaFile, RandomBytes } from '../ilink/media';
import { download, type DownloadLimits } from '../ilink/media/download';
import { MediaHosts } from '../ilink/media/hosts';
import { pooledUint32 } from '../ilink/random';
import type { Transport } from '../ilink/transport';
import type { Store } from '../store/store';
import { newClientId } from './client-id';
import { Conversations } from './send/conversations';
import { AddressedClient } from './addressed-client';
import { earlierConnectionKey, loginKey, type BotCredential } from '../ilink/credential';
import type { MediaKind, MediaReference } from '../ilink/media/reference';
import { Gateways } from './receive/gateway';
import { gatewayMemory } from './receive/gateway-memory';
import { BotInbox } from './receive/inbox';
import { writersOf } from './receive/incoming';
import { Lanes } from './keyed-queue';
import { Lookout } from './receive/lookout';
import type { Memory } from './memory';
import { Outbound, type SendRequest, type Sent } from './send/send';
import { Probe, type Probed } from './send/probe';
import { Queue } from './send/outbox';
import { MAX_QUEUED } from './send/outbox-full';
import type { Quoted } from './recall/quotes';
import { Receiver, type Health, type ReceiverDeps } from './receive/receiver';
import { Sender } from './send/attempt';
import { troubleOf } from './trouble';
import { SentMemory } from './recall/sent';
import { Typing } from './typing/typing';
import { UnfinishedSends, type SendIdentity } from './send/resume';
import type { WaitReason } from './send/wait-reasons';
import { Uploads, type UploadOptions } from './send/uploads';
import type { Limits } from './send/window';
import type { Report } from './report';

/** What a bot takes from outside. Everything has a default for real use. */
export interface BotDeps {
  clock?: Clock;
  randomBytes?: RandomBytes;
  random?: () => number;
  dispatcher?: Dispatcher;
  /** What its connections may reach. */
  rule?: ConnectionRule;
  report?: Report;
  /** Keeps the bot in use until the returned function is called, for what goes on after its user has let go of it. */
  hold?: () => () => void;
  /** What the process remembers; without it nothing is known of conversations, and nothing can be queued. */
  memory?: () => Promise<Memory>;
}

/** One bot connection: its client and what the bot does with it. */
export class Bot {
  readonly client: AddressedClient;
  readonly conversations: Conversations;
  readonly queue: Queue;
  readonly typing: Typing;
  private readonly outbound: Outbound;
  private readonly lookout: Lookout;
  private readonly uploads: Uploads;
  private readonly unfinished: UnfinishedSends;
  private readonly sentMemory: SentMemory;
  private readonly clock: Clock;
  private readonly transport: Transport;
  private readonly randomBytes: RandomBytes;
  private readonly report: Report;
  private receiver: Receiver | undefined;
  private health: Health | undefined;
  /** Names it in the store; see {@link loginKey}. */
  readonly key: string;

  constructor(
    private readonly credential: BotCredential,
    private readonly deps: BotDeps = {},
  ) {
    const clock = (this.clock = deps.clock ?? systemClock);
    const report = (this.report = deps.report ?? (() => undefined));
    this.randomBytes = deps.randomBytes ?? randomBytes;
    const { rule, dispatcher } = deps;
    this.transport = openTransport({ clock, ...(rule && { rule }), ...(dispatcher && { dispatcher }) });
    const random = pooledUint32(this.randomBytes);
    const { transport } = this;
    const { botToken } = credential;
    const client = (this.client = new AddressedClient(
      credential,
      (address) => new ILinkClient({ ...address, botToken }, { transport, random }),
    ));
    const store = (): Promise<Store | undefined> => this.store();
    const key = (this.key = loginKey(credential));
    const shared = { store, bot: key, clock, report, lanes: new Lanes(), newClientId };
    const conversations = (this.conversations = new Conversations({ ...shared, login: key }));
    this.sentMemory = new SentMemory(shared);
    const probing = new Probe({ client, clock });
    const probe = (userId: string, contextToken?: string): Promise<Probed> =>
      probing.ask(userId, contextToken);
    const sender = new Sender({
      client,
      probe,
      random: this.deps.random ?? Math.random,
      conversations,
      clock,
      newClientId,
      idGiver: this.idGiver(),
      onTaken: ({ to, item }, { message_id }) => {
        // A message is the end of "typing…".
        this.typing.messageSent(to);
        this.sentMemory.note(to, item, message_id);
      },
    });
    this.queue = new Queue({
      ...shared,
      sender,
      conversations,
      probe,
      limit: async () => (await this.deps.memory?.())?.options.keep.queued ?? MAX_QUEUED,
      mayFlush: () => this.receiver?.inOffice ?? false,
      announce: () => this.receiver?.announce(),
    });
    this.lookout = this.makeLookout();
    this.unfinished = new UnfinishedSends(shared);
    this.outbound = new Outbound({
      ...shared,
      sender,
      conversations,
      probe,
      queue: this.queue,
      unfinished: this.unfinished,
      look: () => this.lookout.look(),
      watch: () => this.lookout.watch(),
      newSendId: randomUUID,
    });
    this.uploads = new Uploads({
      client,
      transport,
      clock,
      random: this.randomBytes,
      get cdnBaseUrl() {
        return client.current.cdnBaseUrl;
      },
    });
    const { hold } = deps;
    this.typing = new Typing({ client, clock, report, ...(hold && { hold }) });
  }

  /** The poll loop, which keeps what comes in `memory`. There is one, so everybody has to bring the same memory. */
  receiverWith(memory: Memory): Receiver {
    return (this.receiver ??= this.makeReceiver(memory));
  }

  /** Whose bot it is, when a server has said so; see {@link Store.prove}. Nothing when the store cannot be read. */
  async provenUser(): Promise<string | undefined> {
    const store = await this.store().catch(() => undefined);
    return store?.logins.provenUser(this.key).catch(() => undefined);
  }

  /** Whether anybody listens to its messages. */
  get listening(): boolean {
    return this.receiver?.listening ?? false;
  }

  /** Sends the messages of one request, or queues them. See {@link Outbound.send}. */
  send(request: SendRequest, signal?: AbortSignal): Promise<Sent> {
    return this.outbound.send(request, signal).finally(() => this.lookout.resume());
  }

  /** Why a message would wait now, as far as is known. Looks once more before it says so. */
  async waitReason(to: string, limits: Limits): Promise<WaitReason | undefined> {
    const reason = async (): Promise<WaitReason | undefined> => {
      const { canSend, reason: why } = await this.conversations.standing(to, limits);
      return canSend === false ? (why ?? 'window_over') : undefined;
    };
    if ((await reason()) === undefined) return undefined;
    await this.lookout.look();
    return reason();
  }

  /** A retry of this send has nothing more to do. */
  async noteDone(identity: SendIdentity, { parts, failure }: Sent): Promise<void> {
    if (failure === undefined) await this.unfinished.brokeOff(identity, { done: parts });
  }

  /** The context token for a user: the one that is wanted, else the newest that is known, else that of the item. */
  async tokenFor(user: {
    to: string;
    contextToken?: string;
    itemToken?: string;
  }): Promise<string | undefined> {
    return user.contextToken ?? ((await this.conversations.get(user.to))?.contextToken || user.itemToken);
  }

  /** The earlier message that this one quotes, if it is known here. */
  quoted(message: IncomingMessage): Promise<Quoted | undefined> {
    return this.sentMemory.quoted(message);
  }

  /** Encrypts a file and puts it on Tencent's CDN. @throws ILinkError, SourceProblem */
  upload(file: MediaFile, to: string, options: UploadOptions = {}): Promise<MediaReference<MediaKind>> {
    return this.uploads.upload(file, to, options);
  }

  /**
   * Fetches and decrypts a file of a message; see {@link download}.
   *
   * @param more hosts that files may come from besides Tencent's and the credential's
   * @throws ILinkError
   */
  download(
    file: MediaReference,
    limits: DownloadLimits,
    more: readonly string[] = [],
    signal?: AbortSignal,
  ): Promise<Readable> {
    const { transport, clock } = this;
    return download(
      file,
      { transport, clock, hosts: new MediaHosts(this.client.current, more) },
      limits,
      signal,
    );
  }

  /** Closes the connections. Nothing may use the bot afterwards. */
  async close(): Promise<void> {
    this.queue.close();
    await this.lookout.close();
    this.typing.close();
    await this.sentMemory.write();
    await this.transport.close();
  }

  private async store(): Promise<Store | undefined> {
    return (await this.deps.memory?.())?.store;
  }

  /** Servers used to answer `{}`; only on one that gives ids does a missing id mean something, also after a restart. */
  private idGiver(): { known(): Promise<boolean>; learn(): Promise<void> } {
    const fact = (): string => `gives ids: ${this.client.current.apiBaseUrl}`;
    return {
      known: async () => {
        return (await this.store().catch(() => undefined))?.facts.knows(fact()).catch(() => false) ?? false;
      },
      learn: async () => {
        await (await this.store().catch(() => undefined))?.facts.learn(fact()).catch(() => undefined);
      },
    };
  }

  private makeLookout(): Lookout {
    const { clock, report } = this;
    return new Lookout({
      receiver: async () => {
        const memory = await this.deps.memory?.();
        return memory && this.receiverWith(memory);
      },
      ...(this.deps.hold && { hold: this.deps.hold }),
      somethingWaits: async () => ((await (await this.store())?.outbox.queuedCount(this.key)) ?? 0) > 0,
      clock,
      report,
    });
  }

  private inboxIn(memory: Memory): BotInbox {
    const { clock, credential, key, report } = this;
    const { startedAt, previousEnd } = memory;
    const options = {
      bot: key,
      earlierConnection: earlierConnectionKey(credential),
      onOpened: () => memory.lookFromStart(),
      keep: memory.options.keep,
      startedAt,
      previousEnd,
    };
    return new BotInbox(memory.store, options, clock, report);
  }

  /** A copy of version 0.1 in this process or another one has its lease under another name, and goes on until it has ended. */
  private leaseIn({ owner }: Memory): ReceiverDeps['lease'] {
    const earlier = earlierConnectionKey(this.credential);
    return {
      acquire: async () => {
        if (await owner.acquire(this.key)) return owner.acquire(earlier);
        await owner.release(earlier);
        return false;
      },
      release: async () => {
        await owner.release(earlier);
        await owner.release(this.key);
      },
    };
  }

  private makeReceiver(memory: Memory): Receiver {
    const { clock, client, report } = this;
    const inbox = this.inboxIn(memory);
    return new Receiver({
      client,
      inbox: {
        cursor: () => inbox.cursor(),
        version: () => inbox.version(),
        check: async () => {
          await inbox.check();
          memory.housekeeping.tick();
          this.hear();
          this.queue.tick();
          await this.lookout.round();
        },
        keep: async (updates) => {
          const fresh = await inbox.keep(updates, !this.receiver?.heard);
          if (fresh.messages + fresh.strays > 0) this.queue.wake(writersOf(updates.messages));
          return fresh;
        },
      },
      gateway: new Gateways(
        () => new URL(this.client.current.apiBaseUrl).host,
        (host) => gatewayMemory(memory.store, host, clock),
      ),
      lease: this.leaseIn(memory),
      onHealth: (health) => {
        this.health = health;
        this.hear();
      },
      clock,
      random: this.deps.random ?? Math.random,
      report,
    });
  }

  /** What waits does not wait for its user while the token is refused or the server is not there. */
  private hear(): void {
    const trouble = this.health && troubleOf(this.health, this.clock.now());
    if (trouble) this.queue.hear(trouble === 'none' ? undefined : trouble);
  }
}
