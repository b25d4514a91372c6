import { randomBytes, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

import { ILinkClient } from '../ilink/client';
import { systemClock, type Clock } from '../ilink/clock';
import { createDispatcher, type DispatcherOptions } from '../ilink/dispatcher';
import type { MediaFile, RandomBytes, UploadedMedia } from '../ilink/media';
import { download, type DownloadLimits, type FileReference } from '../ilink/media/download';
import { MediaHosts } from '../ilink/media/hosts';
import { Transport } from '../ilink/transport';
import type { MessageItem } from '../ilink/wire';
import type { Conversation, Store } from '../store/store';
import { connectionKey, conversationScope, type BotCredential } from './credential';
import { BotInbox } from './inbox';
import type { Memory } from './memory';
import { findQuoted, type Quoted } from './quotes';
import { Receiver } from './receiver';
import { Sender, type SendLog } from './sender';
import { Typing } from './typing';
import { Uploads, type UploadOptions } from './uploads';
import { windowOf, type Window } from './window';

/** What a bot takes from outside. Everything has a default for real use. */
export interface BotDeps {
  clock?: Clock;
  randomBytes?: RandomBytes;
  random?: () => number;
  dispatcher?: Dispatcher;
  connection?: DispatcherOptions & { guard?: (url: URL) => void };
  report?: (what: string, error?: unknown) => void;
  /** What the process remembers; without it nothing is known of conversations. */
  memory?: () => Promise<Memory>;
}

/** One bot connection: its client and what the bot does with it. */
export class Bot implements SendLog {
  readonly client: ILinkClient;
  readonly sender: Sender;
  readonly typing: Typing;
  private readonly uploads: Uploads;
  private readonly clock: Clock;
  private readonly transport: Transport;
  private readonly randomBytes: RandomBytes;
  private receiver: Receiver | undefined;

  constructor(
    private readonly credential: BotCredential,
    private readonly deps: BotDeps = {},
  ) {
    const clock = (this.clock = deps.clock ?? systemClock);
    this.randomBytes = deps.randomBytes ?? randomBytes;
    const guard = deps.connection?.guard;
    const connect = (): Dispatcher => createDispatcher(deps.connection);
    const connections = deps.dispatcher
      ? { dispatcher: deps.dispatcher }
      : { dispatcher: connect(), renew: connect };
    this.transport = new Transport({ ...connections, clock, ...(guard && { guard }) });
    const uint32 = (): number => this.randomBytes(4).readUInt32BE(0);
    this.client = new ILinkClient(credential, { transport: this.transport, random: uint32 });
    this.sender = new Sender({
      client: this.client,
      clock,
      newClientId: () => `n8n-${randomUUID()}`,
      log: this,
    });
    this.typing = new Typing({ client: this.client, clock });
    const { client, transport, randomBytes: random } = this;
    const { cdnBaseUrl } = credential;
    this.uploads = new Uploads({ client, transport, clock, random, cdnBaseUrl });
  }

  /** Whose messages and conversations these are; outlives a new login. */
  get scope(): string {
    return conversationScope(this.credential);
  }

  /** The poll loop, which keeps what comes in `memory`. There is one, so everybody has to bring the same memory. */
  receiverWith(memory: Memory): Receiver {
    return (this.receiver ??= this.makeReceiver(memory));
  }

  /** Whether anybody listens to its messages. */
  get listening(): boolean {
    return this.receiver?.listening ?? false;
  }

  /** What is known of the conversation with a user. A store that fails must not stop a message, so it gives nothing then. */
  conversation(userId: string): Promise<Conversation | undefined> {
    return this.remembering((store) => store.conversation(this.scope, userId));
  }

  /** Where the conversation with a user stands now. */
  async window(userId: string): Promise<Window> {
    return windowOf(await this.conversation(userId), this.clock.now());
  }

  /** Notes that a message went out. */
  async sent(userId: string): Promise<void> {
    await this.remembering((store) => store.messageSent(this.scope, userId));
  }

  /** Remembers what was sent, in case the user quotes it. Without an id nothing can quote it. */
  async rememberSent(userId: string, item: MessageItem, message_id?: string): Promise<void> {
    if (!message_id) return;
    const body = JSON.stringify({ item_list: [item] });
    const message = { id: message_id, userId, sentAt: this.clock.now(), body };
    await this.remembering((store) => store.rememberSent(this.scope, message));
  }

  /** The earlier message that this one quotes, if it is known here. */
  quoted(message: unknown): Promise<Quoted | undefined> {
    return this.remembering((store) => findQuoted(message, this.scope, store));
  }

  /** Notes that the server wants the user to write first. */
  async windowClosed(userId: string): Promise<void> {
    await this.remembering((store) => store.windowClosed(this.scope, userId));
  }

  /** Encrypts a file and puts it on Tencent's CDN. @throws ILinkError, SourceProblem */
  upload(file: MediaFile, to: string, options: UploadOptions = {}): Promise<UploadedMedia> {
    return this.uploads.upload(file, to, options);
  }

  /**
   * Fetches and decrypts a file of a message; see {@link download}.
   *
   * @param more hosts that files may come from besides Tencent's and the credential's
   * @throws ILinkError
   */
  download(
    file: FileReference,
    limits: DownloadLimits,
    more: readonly string[] = [],
    signal?: AbortSignal,
  ): Promise<Readable> {
    const { transport, clock } = this;
    return download(file, { transport, clock, hosts: new MediaHosts(this.credential, more) }, limits, signal);
  }

  /** Closes the connections. Nothing may use the bot afterwards. */
  async close(): Promise<void> {
    await this.transport.close();
  }

  private async remembering<Result>(action: (store: Store) => Promise<Result>): Promise<Result | undefined> {
    try {
      const memory = await this.deps.memory?.();
      return memory && (await action(memory.store));
    } catch (error) {
      this.deps.report?.('What is known of a conversation could not be read or noted', error);
      return undefined;
    }
  }

  private makeReceiver(memory: Memory): Receiver {
    const { clock, client } = this;
    const connection = connectionKey(this.credential);
    const report = this.deps.report ?? (() => undefined);
    const { keep } = memory.options;
    const { startedAt, previousEnd } = memory;
    const options = { bot: this.scope, connection, keep, startedAt, previousEnd };
    return new Receiver({
      client,
      inbox: new BotInbox(memory.store, options, clock, report),
      lease: {
        acquire: () => memory.owner.acquire(connection),
        release: () => memory.owner.release(connection),
      },
      clock,
      random: this.deps.random ?? Math.random,
      report,
    });
  }
}
