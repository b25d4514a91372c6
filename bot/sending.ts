import { randomUUID } from 'node:crypto';

import type { Clock } from '../ilink/clock';
import type { Store } from '../store/store';
import type { AddressedClient } from './addressed-client';
import { newClientId } from './client-id';
import { KeyedQueue } from './keyed-queue';
import type { Memory } from './memory';
import { PatientMemory } from './patient-memory';
import type { SentMemory } from './recall/sent';
import { BackgroundPolling } from './receive/background-polling';
import type { Receiver } from './receive/receiver';
import { MessageSender } from './send/message-sender';
import { Conversations } from './send/conversations';
import { idGiver } from './send/id-giver';
import { BotOutbox } from './send/outbox';
import { MAX_QUEUED } from './send/max-queued';
import { Probe, type Probed } from './send/probe';
import { SendCheckpoints } from './send/checkpoints';
import { RequestSender } from './send/request-sender';
import type { SendIdentity, SendRequest, SendResult } from './send/message';
import { QueuedOutcomes } from './send/queued-outcomes';
import type { WaitReason } from './send/wait-reasons';
import type { Limits } from './send/window';
import { troubleOf } from './trouble';
import type { Typing } from './typing/typing';
import type { Report } from './report';

export interface SendingDeps {
  /** Names the bot in the store. */
  bot: string;
  client: AddressedClient;
  /** Says whether users have written, and whether this process is the one that sends what waits. */
  receiver: Receiver;
  memory: () => Promise<Memory>;
  typing: Typing;
  sentMemory: SentMemory;
  clock: Clock;
  random: () => number;
  report: Report;
  /** Keeps the bot in use until the returned function is called. */
  retain?: () => () => void;
}

/** What a bot needs only in order to send: a bot that only receives has none of it. */
export class Sending {
  readonly conversations: Conversations;
  readonly outbox: BotOutbox;
  private readonly polling: BackgroundPolling;
  private readonly checkpoints: SendCheckpoints;
  private readonly requests: RequestSender;
  private readonly opened: PatientMemory;

  constructor(private readonly deps: SendingDeps) {
    const { receiver } = deps;
    this.opened = new PatientMemory(deps);
    const shared = { ...deps, store: () => this.store(), byUser: new KeyedQueue(), newClientId };
    const conversations = (this.conversations = new Conversations({ ...shared, login: deps.bot }));
    const probing = new Probe(deps);
    const probe = (userId: string, contextToken?: string): Promise<Probed> =>
      probing.ask(userId, contextToken);
    const sender = this.makeSender({ ...shared, conversations, probe });
    const outcomes = new QueuedOutcomes(shared);
    const sends = { ...shared, sender, conversations, probe, outcomes };
    const outbox = (this.outbox = new BotOutbox({
      ...sends,
      maxQueued: () => this.maxQueued(),
      pollState: receiver,
      statusEvents: receiver,
    }));
    const polling = (this.polling = this.makePolling());
    const checkpoints = (this.checkpoints = new SendCheckpoints(shared));
    this.requests = new RequestSender({ ...sends, outbox, checkpoints, polling, newSendId: randomUUID });
    this.hearTrouble();
  }

  /**
   * Sends the messages of one request, or queues them. See {@link RequestSender.send}.
   *
   * @throws StoreTrouble when the store cannot be opened; then nothing was sent
   */
  async send(request: SendRequest, signal?: AbortSignal): Promise<SendResult> {
    await this.opened.get(signal);
    return this.requests.send(request, signal).finally(() => this.polling.resume());
  }

  /** Why a message would wait now, as far as is known. Looks once more before it says so. */
  async waitReason(to: string, limits: Limits): Promise<WaitReason | undefined> {
    const reason = async (): Promise<WaitReason | undefined> => {
      const { canSend, reason: why } = await this.conversations.standing(to, limits);
      return canSend === false ? (why ?? 'window_over') : undefined;
    };
    if ((await reason()) === undefined) return undefined;
    await this.polling.pollOnce();
    return reason();
  }

  /** A retry of this send has nothing more to do. */
  async noteDone(identity: SendIdentity, { parts, failure }: SendResult): Promise<void> {
    if (failure === undefined) await this.checkpoints.brokeOff(identity, { done: parts });
  }

  /** Ends all waits, and the polling with the request in flight. */
  async close(): Promise<void> {
    this.outbox.close();
    await this.polling.close();
    await this.checkpoints.write();
  }

  private async store(): Promise<Store> {
    return (await this.opened.get()).store;
  }

  private makeSender(
    parts: Omit<ConstructorParameters<typeof MessageSender>[0], 'idGiver' | 'onTaken'>,
  ): MessageSender {
    const { client, typing, sentMemory } = this.deps;
    return new MessageSender({
      ...parts,
      idGiver: idGiver(
        () => this.store(),
        () => client.current.apiBaseUrl,
      ),
      onTaken: ({ to, item }, taken) => {
        // A message is the end of "typing…".
        typing.messageSent(to);
        sentMemory.note(to, item, taken.outcome === 'accepted' ? taken.message_id : undefined);
      },
    });
  }

  /** @throws StoreTrouble where nobody would ever send what is queued */
  private async maxQueued(): Promise<number> {
    const { options, sharing } = await this.opened.get();
    await sharing.check();
    return options.keep.queued ?? MAX_QUEUED;
  }

  private async mayPoll(): Promise<void> {
    await (await this.opened.get()).sharing.check();
  }

  private makePolling(): BackgroundPolling {
    const { bot, receiver, clock, report, retain } = this.deps;
    const polling = new BackgroundPolling({
      receiver,
      mayPoll: () => this.mayPoll(),
      somethingWaits: async () => {
        // What an earlier version queued here is not polled for either.
        await this.mayPoll();
        return (await (await this.store()).outbox.count(bot)) > 0;
      },
      ...(retain && { retain }),
      clock,
      report,
    });
    receiver.addHooks(polling);
    return polling;
  }

  /** The poll loop may have found it out before anybody sent. */
  private hearTrouble(): void {
    const trouble = troubleOf(this.deps.receiver.health, this.deps.clock.now());
    if (trouble && trouble !== 'none') this.outbox.noteTrouble(trouble);
  }
}
