import type { ITriggerFunctions } from 'n8n-workflow';

import type { Memory } from '../../../bot/memory';
import type { Health, Listener } from '../../../bot/receive/receiver';
import type { RetainedBot, BotRegistry } from '../../../bot/registry';
import { StoreTrouble } from '../../../bot/store-trouble';
import type { Clock } from '../../../ilink/clock';
import { botKeyOf, type BotCredential } from '../../../ilink/credential';
import type { Store } from '../../../store/store';
import { egressRule } from '../shared/connection';
import { nodeLog, storeWords } from '../texts';
import { CredentialWatch, LOOK_MS, type Hurried } from './credentialWatch';
import { readAgain } from './readAgain';
import { noteOwner, type RenewalDeps } from './renewal';
import type { TriggerSettings } from './settings';
import { StatusEvents } from './statusEvents';
import { startSubscription, subscriberOf, type Subscription } from './subscription';
import { toldRecord } from './toldRecord';

/** What the listening needs besides n8n's context. */
export interface ListenDeps {
  bots: BotRegistry;
  clock: Clock;
  /** A number from 0 up to 1. */
  random?: () => number;
  /** The triggers of this process that read their credential often, so that all of them together do not read too often. */
  hurried?: Hurried;
  /** Makes links to a login page; without it a status item has none. */
  renewal?: RenewalDeps;
}

interface Connection {
  key: string;
  store: Store;
  subscription: Subscription;
  /** The credential was edited, and has the same token. */
  edit(credential: BotCredential): void;
  end(): Promise<void>;
}

/**
 * Listens for the bot of the node's credential until it is closed, and follows the credential: when somebody logs in again
 * and saves the new token, it goes on with that.
 */
export class Listening {
  private current: Connection | undefined;
  private cancelCheck: () => void = () => undefined;
  private closed = false;
  /** Steps that change the connection run one after another. */
  private steps: Promise<void> = Promise.resolve();
  private readonly events: StatusEvents;
  private readonly watch: CredentialWatch;
  private readonly isTest: boolean;

  constructor(
    private readonly context: ITriggerFunctions,
    private readonly settings: TriggerSettings,
    private readonly deps: ListenDeps,
  ) {
    const { bots, clock, renewal, random = Math.random, hurried = new Set() } = deps;
    const store = async (): Promise<Store> => (await bots.memory()).store;
    this.isTest = context.getMode() === 'manual';
    this.watch = new CredentialWatch({ now: () => clock.now(), random, hurried, isTest: this.isTest });
    this.events = new StatusEvents(context, settings, {
      clock,
      told: toldRecord(store, subscriberOf(context), clock),
      ...(renewal && { renewal }),
      onTestFailed: () => void this.close(),
    });
  }

  /** Starts with a credential that was just read. Returns at once: neither network nor disk may hold up the activation. */
  start(credential: BotCredential): void {
    // A test in the editor can be stopped while n8n still reads the credential.
    if (this.closed) return;
    this.step(() => this.connect(credential));
    this.checkLater();
  }

  /** Ends the request in flight, unless another workflow listens to the same bot. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancelCheck();
    this.watch.close();
    this.events.close();
    this.step(async () => this.disconnect());
    await this.steps;
    await this.events.settled;
  }

  /** Resolved when everything that was begun has happened. For tests. */
  get settled(): Promise<void> {
    return this.steps.then(() => this.events.settled);
  }

  private step(action: () => Promise<void>): void {
    this.steps = this.steps.then(action).catch((error: unknown) => this.events.failed(error));
  }

  private async connect(credential: BotCredential): Promise<void> {
    const key = botKeyOf(credential);
    if (this.closed) return;
    this.events.credential = credential;
    if (this.current?.key === key) return this.current.edit(credential);
    const memory = await this.deps.bots.memory().catch(troubled);
    // A link for this credential wants to know whose scan it may take. Without the note it says so.
    await noteOwner(this.context, credential, memory.store).catch(() => undefined);
    const lease = this.deps.bots.retain(credential, egressRule(this.context.helpers));
    try {
      // First the old one: both take messages as the same subscriber. What comes in between is kept for it all the same.
      await this.disconnect();
      this.current = await this.listen(key, lease, memory);
    } finally {
      if (this.current?.key !== key) lease.release();
    }
  }

  private async listen(key: string, lease: RetainedBot, memory: Memory): Promise<Connection> {
    const { bot } = lease;
    const { clock } = this.deps;
    const subscribed = startSubscription(this.context, this.settings, {
      bot,
      memory,
      clock,
      unconfirmed: this.events.unconfirmed,
    });
    const subscription = await subscribed.catch(troubled);
    const end = bot.receiver.listen(this.listener(subscription));
    if (this.isTest) this.events.testBegan(bot);
    return {
      key,
      store: memory.store,
      subscription,
      edit: (credential) => lease.edit(credential),
      end: async () => {
        await end();
        await subscription
          .stop()
          .catch(troubled)
          .finally(() => lease.release());
      },
    };
  }

  private async disconnect(): Promise<void> {
    const { current } = this;
    this.current = undefined;
    await current?.end();
  }

  private listener(subscription: Subscription): Listener {
    const onHealth = (health: Health): void => {
      if (this.closed) return;
      this.watch.changed(health.state);
      this.events.changed(health);
    };
    return { onArrival: () => subscription.wake(), onHealth };
  }

  private checkLater(): void {
    const check = (): void => {
      this.step(() => this.followCredential());
      this.step(() => this.renewSubscription());
      this.checkLater();
    };
    if (!this.closed) this.cancelCheck = this.deps.clock.after(LOOK_MS, check);
  }

  private async renewSubscription(): Promise<void> {
    // A store that fails now is tried again, and the poll says so.
    await this.current?.subscription.renew().catch((error: unknown) => {
      this.context.logger.warn(nodeLog.trigger(storeWords(new StoreTrouble(error)).message));
    });
  }

  private async followCredential(): Promise<void> {
    const read = await readAgain(this.context, this.watch, this.current?.store);
    const credential = read ?? this.events.credential;
    // Also the one that we have: a store that could not be opened is tried again, and whose account it is may be known by now.
    if (credential) await this.connect(credential);
  }
}

function troubled(error: unknown): never {
  throw new StoreTrouble(error);
}
