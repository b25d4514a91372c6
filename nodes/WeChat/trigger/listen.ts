import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';

import { loginKey, type BotCredential } from '../../../bot/credential';
import type { Memory } from '../../../bot/memory';
import type { Health, Listener } from '../../../bot/receiver';
import type { BotLease, BotRegistry } from '../../../bot/registry';
import { StoreTrouble } from '../../../bot/store-trouble';
import type { Clock } from '../../../ilink/clock';
import { egressRule } from '../shared/connection';
import { CREDENTIAL_NAME, readCredential } from '../shared/credential';
import { toNodeError } from '../shared/errors';
import { noteOwner, renewalOf, type RenewalDeps } from './renewal';
import { headline, needsLogin, needsPerson, statusItem } from './status';
import type { TriggerSettings } from './settings';
import { startTaker, type Taker } from './taker';

/** How soon an edited credential is noticed, n8n does not restart a trigger for it; and how soon a start is tried again. */
const CHECK_MS = 10_000;

/** What the listening needs besides n8n's context. */
export interface ListenDeps {
  bots: BotRegistry;
  clock: Clock;
  /** Makes links to a login page; without it a status item has none. */
  renewal?: RenewalDeps;
}

interface Connection {
  key: string;
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
  /** What a person was last told of, so that an unchanged trouble is said once. */
  private said: string | undefined;
  /** Whose bot it is. */
  private credential: BotCredential | undefined;

  constructor(
    private readonly context: ITriggerFunctions,
    private readonly settings: TriggerSettings,
    private readonly deps: ListenDeps,
  ) {}

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
    this.step(async () => this.disconnect());
    await this.steps;
  }

  /** Resolved when everything that was begun has happened. For tests. */
  get settled(): Promise<void> {
    return this.steps;
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
    const end = bot.receiverWith(memory).listen(this.listener(taker));
    return {
      key,
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

  /** A failed execution when a person has to act, which also runs the error workflow; a line in the log for the rest. */
  private tell(health: Health): void {
    const { context } = this;
    if (health.state === 'connected') this.said = undefined;
    if (needsPerson(health.state)) this.sayOnce(toNodeError(context.getNode(), health.error));
    else if (health.state === 'retrying')
      context.logger.warn(`WeChat Trigger: ${headline(health)}. ${health.error?.message ?? ''}`);
    else context.logger.debug(`WeChat Trigger: ${headline(health)}`);
    const worthAnItem =
      this.settings.statusItems && context.getMode() !== 'manual' && health.state !== 'connecting';
    if (worthAnItem) void this.emitStatus(health);
  }

  private async emitStatus(health: Health): Promise<void> {
    const { context, credential } = this;
    const { renewal } = this.deps;
    const emit = (login?: IDataObject): void => context.emit([[{ json: statusItem(health, login) }]]);
    if (!renewal || !credential || !needsLogin(health.state)) return emit();
    // The status matters more than the link.
    emit(await renewalOf(context, credential, renewal).catch(() => undefined));
  }

  private sayOnce(error: ReturnType<typeof toNodeError>): void {
    if (this.said === error.message) return;
    this.said = error.message;
    this.context.saveFailedExecution(error);
    // That ends a test in the editor, and n8n does not close the trigger then.
    if (this.context.getMode() === 'manual') queueMicrotask(() => void this.close());
  }

  private failed(error: unknown): void {
    const known = toNodeError(this.context.getNode(), error);
    // After the end nobody looks at this trigger any more.
    if (this.closed) return this.context.logger.error(`WeChat Trigger: ${known.message}`);
    // A store that cannot be opened is tried again every few seconds.
    if (!(error instanceof StoreTrouble)) this.sayOnce(known);
    else if (this.said !== known.message)
      this.tell({ state: 'cannot_keep', since: this.deps.clock.now(), error });
  }

  private checkLater(): void {
    const check = (): void => {
      this.step(() => this.followCredential());
      this.step(() => this.stayAwake());
      this.checkLater();
    };
    if (!this.closed) this.cancelCheck = this.deps.clock.after(CHECK_MS, check);
  }

  private async stayAwake(): Promise<void> {
    // A store that fails now is tried again, and the poll says so.
    await this.current?.taker.stayAwake().catch((error: unknown) => {
      const { message } = new StoreTrouble(error);
      this.context.logger.warn(`WeChat Trigger: ${message}`);
    });
  }

  private async followCredential(): Promise<void> {
    let credential: BotCredential;
    try {
      credential = readCredential(await this.context.getCredentials(CREDENTIAL_NAME));
    } catch (error) {
      // Half-typed or deleted, or n8n's database is busy: go on with what we have and look again.
      const name = error instanceof Error ? error.name : typeof error;
      this.context.logger.debug(`WeChat Trigger: the credential could not be read (${name})`);
      return;
    }
    await this.connect(credential);
  }
}

function troubled(error: unknown): never {
  throw new StoreTrouble(error);
}
