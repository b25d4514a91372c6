import {
  NodeOperationError,
  type IDataObject,
  type INode,
  type INodeExecutionData,
  type ITriggerFunctions,
} from 'n8n-workflow';

import type { Bot } from '../../../bot/bot';
import { loginKey, type BotCredential } from '../../../ilink/credential';
import type { Memory } from '../../../bot/memory';
import type { Health, Listener } from '../../../bot/receive/receiver';
import type { BotLease, BotRegistry } from '../../../bot/registry';
import { StoreTrouble } from '../../../bot/store-trouble';
import type { Clock } from '../../../ilink/clock';
import type { Store } from '../../../store/store';
import { egressRule } from '../shared/connection';
import { toNodeError } from '../shared/errors';
import { storeWords, wordsOf } from '../texts';
import { CredentialWatch, LOOK_MS, type Hurried } from './credentialWatch';
import { probe } from './probe';
import { readAgain } from './readAgain';
import { noteOwner, renewalOf, type RenewalDeps } from './renewal';
import type { TriggerSettings } from './settings';
import { headline, needsLogin, nextStep, overItem, statusItem } from './status';
import { startTaker, subscriberOf, type Taker } from './taker';
import { toldRecord } from './toldRecord';
import { toldHere, Troubles, type ToldTrouble } from './troubles';

/** Who tests in the editor looks at it now. */
const TEST_TROUBLE_MS = 8_000;

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
  taker: Taker;
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
  /** What of it a person is told. */
  private readonly troubles: Troubles;
  /** Whether this start was said to be connected. */
  private saidConnected = false;
  private readonly watch: CredentialWatch;
  private cancelTestEnd: () => void = () => undefined;
  /** Whose bot it is. */
  private credential: BotCredential | undefined;

  constructor(
    private readonly context: ITriggerFunctions,
    private readonly settings: TriggerSettings,
    private readonly deps: ListenDeps,
  ) {
    const { bots, clock } = deps;
    const store = async (): Promise<Store> => (await bots.memory()).store;
    const { random = Math.random, hurried = new Set() } = deps;
    this.watch = new CredentialWatch({ now: () => clock.now(), random, hurried, isTest: this.isTest });
    this.troubles = new Troubles({
      clock,
      afterMs: this.isTest ? TEST_TROUBLE_MS : settings.troubleAfterMs,
      told: this.isTest ? toldHere() : toldRecord(store, subscriberOf(context), clock),
      onTrouble: (health) => this.sayTrouble(health),
      onOver: (trouble) => this.sayOver(trouble),
    });
  }

  private get isTest(): boolean {
    return this.context.getMode() === 'manual';
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
    this.cancelTestEnd();
    this.watch.close();
    this.troubles.close();
    this.step(async () => this.disconnect());
    await this.steps;
    await this.troubles.settled;
  }

  /** Resolved when everything that was begun has happened. For tests. */
  get settled(): Promise<void> {
    return this.steps.then(() => this.troubles.settled);
  }

  private step(action: () => Promise<void>): void {
    this.steps = this.steps.then(action).catch((error: unknown) => this.failed(error));
  }

  private async connect(credential: BotCredential): Promise<void> {
    const key = loginKey(credential);
    if (this.closed) return;
    this.credential = credential;
    if (this.current?.key === key) return this.current.edit(credential);
    const memory = await this.deps.bots.memory().catch(troubled);
    // A link for this credential wants to know whose scan it may take. Without the note it says so.
    await noteOwner(this.context, credential, memory.store).catch(() => undefined);
    const lease = this.deps.bots.acquire(credential, egressRule(this.context.helpers));
    try {
      // First the old one: both take messages as the same subscriber. What comes in between is kept for it all the same.
      await this.disconnect();
      this.current = await this.listen(key, lease, memory);
    } finally {
      if (this.current?.key !== key) lease.release();
    }
  }

  private async listen(key: string, lease: BotLease, memory: Memory): Promise<Connection> {
    const { bot } = lease;
    const taker = await startTaker(this.context, this.settings, {
      bot,
      memory,
      clock: this.deps.clock,
    }).catch(troubled);
    const end = bot.receiver.listen(this.listener(taker));
    if (this.isTest) this.probe(bot);
    return {
      key,
      store: memory.store,
      taker,
      edit: (credential) => lease.edit(credential),
      end: async () => {
        await end();
        await taker
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

  private listener(taker: Taker): Listener {
    return { onArrival: () => taker.wake(), onHealth: (health) => this.tell(health) };
  }

  private tell(health: Health): void {
    const { context } = this;
    if (this.closed) return;
    this.watch.hear(health.state);
    if (health.state === 'retrying')
      context.logger.warn(`WeChat Trigger: ${headline(health)}. ${wordsOf(health.error)?.message ?? ''}`);
    else context.logger.debug(`WeChat Trigger: ${headline(health)}`);
    if (health.state === 'connected' || health.state === 'standby') this.cancelTestEnd();
    // The first connection, and who receives the messages, are told as they are.
    if (health.state === 'standby' || (health.state === 'connected' && !this.saidConnected)) {
      this.saidConnected = health.state === 'connected';
      this.emitStatus(health);
    }
    this.troubles.hear(health);
  }

  /** A failed execution, which also runs the error workflow, and a status item for those who want them. */
  private sayTrouble(health: Health): void {
    if (this.closed) return;
    this.saidConnected = true;
    this.emitStatus(health);
    this.sayFailed(errorOf(this.context.getNode(), health));
  }

  /**
   * The end of a trouble that was told. Without status items it is an execution that ends at the trigger: n8n lists it, what it says
   * stands on a second output, and nothing of the workflow runs.
   */
  private sayOver(trouble: ToldTrouble): void {
    const { context, settings } = this;
    if (this.closed || this.isTest) return;
    const item: INodeExecutionData = { json: overItem(trouble, this.deps.clock.now()) };
    context.logger.info('WeChat Trigger: connected to WeChat again');
    context.emit(settings.statusItems ? [[item]] : [[], [item]]);
  }

  private emitStatus(health: Health): void {
    const { context, settings, credential } = this;
    const { renewal } = this.deps;
    if (!settings.statusItems || this.isTest) return;
    const emit = (login?: IDataObject): void => context.emit([[{ json: statusItem(health, login) }]]);
    if (!renewal || !credential || !needsLogin(health.state)) return emit();
    // The status matters more than the link.
    void renewalOf(context, credential, renewal)
      .catch(() => undefined)
      .then(emit);
  }

  private sayFailed(error: ReturnType<typeof toNodeError>): void {
    this.context.saveFailedExecution(error);
    // That ends a test in the editor, and n8n does not close the trigger then.
    if (this.isTest) queueMicrotask(() => void this.close());
  }

  /** Somebody who tests in the editor looks at it now, and a poll may be held for longer than they wait. */
  private probe(bot: Bot): void {
    const trouble = probe(bot, this.credential?.ownerUserId ?? '');
    this.cancelTestEnd = this.deps.clock.after(TEST_TROUBLE_MS, () => {
      const error = trouble();
      if (error !== undefined && !this.closed) this.sayFailed(toNodeError(this.context.getNode(), error));
    });
  }

  private failed(error: unknown): void {
    const known = toNodeError(this.context.getNode(), error);
    // After the end nobody looks at this trigger any more.
    if (this.closed) return this.context.logger.error(`WeChat Trigger: ${known.message}`);
    // A store that cannot be opened is tried again every few seconds.
    if (error instanceof StoreTrouble)
      return this.troubles.hear({ state: 'cannot_keep', since: this.deps.clock.now(), error });
    this.sayFailed(known);
  }

  private checkLater(): void {
    const check = (): void => {
      this.step(() => this.followCredential());
      this.step(() => this.stayAwake());
      this.checkLater();
    };
    if (!this.closed) this.cancelCheck = this.deps.clock.after(LOOK_MS, check);
  }

  private async stayAwake(): Promise<void> {
    // A store that fails now is tried again, and the poll says so.
    await this.current?.taker.stayAwake().catch((error: unknown) => {
      this.context.logger.warn(`WeChat Trigger: ${storeWords(new StoreTrouble(error)).message}`);
    });
  }

  private async followCredential(): Promise<void> {
    const read = await readAgain(this.context, this.watch, this.current?.store);
    const credential = read ?? this.credential;
    // Also the one that we have: a store that could not be opened is tried again, and whose account it is may be known by now.
    if (credential) await this.connect(credential);
  }
}

function troubled(error: unknown): never {
  throw new StoreTrouble(error);
}

function errorOf(node: INode, { state, error }: Health): ReturnType<typeof toNodeError> {
  if (error) return toNodeError(node, error);
  return new NodeOperationError(node, headline({ state }), { description: nextStep(state) ?? '' });
}
