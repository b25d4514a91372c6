import {
  NodeOperationError,
  type IDataObject,
  type INode,
  type INodeExecutionData,
  type ITriggerFunctions,
} from 'n8n-workflow';

import type { Bot } from '../../../bot/bot';
import type { Health } from '../../../bot/receive/receiver';
import { StoreTrouble } from '../../../bot/store-trouble';
import type { Clock } from '../../../ilink/clock';
import type { BotCredential } from '../../../ilink/credential';
import { toNodeError } from '../shared/errors';
import { EXECUTIONS_WAIT, headline, nextStep, nodeLog, wordsOf } from '../texts';
import { probe } from './probe';
import type { Unconfirmed } from './offer';
import { renewalOf, type RenewalDeps } from './renewal';
import type { TriggerSettings } from './settings';
import { needsLogin, overItem, statusItem } from './status';
import { toldHere, Troubles, type ToldRecord, type ToldTrouble } from './troubles';

/** Who tests in the editor looks at it now. */
const TEST_TROUBLE_MS = 8_000;

export interface StatusEventsDeps {
  clock: Clock;
  /** What was told of an active workflow. */
  told: ToldRecord;
  /** Makes links to a login page; without it a status item has none. */
  renewal?: RenewalDeps;
  /** A test in the editor has failed. n8n has ended it, and does not close the trigger. */
  onTestFailed: () => void;
}

/** What n8n is told of the state of one trigger: items, failed executions, and lines in the log. */
export class StatusEvents {
  /** Whose bot it is. */
  credential: BotCredential | undefined;
  private closed = false;
  /** Whether this start was said to be connected. */
  private saidConnected = false;
  /** What of it a person is told. */
  private readonly troubles: Troubles;
  /** How far it was said that n8n says nothing of executions. */
  private silence: 'logged' | 'told' | undefined;
  private cancelTestEnd: () => void = () => undefined;
  private readonly isTest: boolean;

  constructor(
    private readonly context: ITriggerFunctions,
    private readonly settings: Pick<TriggerSettings, 'statusItems' | 'troubleAfterMs'>,
    private readonly deps: StatusEventsDeps,
  ) {
    this.isTest = context.getMode() === 'manual';
    this.troubles = new Troubles({
      clock: deps.clock,
      afterMs: this.isTest ? TEST_TROUBLE_MS : settings.troubleAfterMs,
      told: this.isTest ? toldHere() : deps.told,
      onTrouble: (health) => this.tellTrouble(health),
      onOver: (trouble) => this.tellOver(trouble),
    });
  }

  /** The connection is like this now. */
  changed(health: Health): void {
    const { logger } = this.context;
    if (health.state === 'retrying')
      logger.warn(nodeLog.retrying(headline(health.state), wordsOf(health.error)?.message));
    else logger.debug(nodeLog.trigger(headline(health.state)));
    if (health.state === 'connected' || health.state === 'standby') this.cancelTestEnd();
    // The first connection, and who receives the messages, are told as they are.
    if (health.state === 'standby' || (health.state === 'connected' && !this.saidConnected)) {
      this.saidConnected = health.state === 'connected';
      this.emitStatus(health);
    }
    this.troubles.changed(health);
  }

  /** A step of the trigger failed. */
  failed(error: unknown): void {
    const known = toNodeError(this.context.getNode(), error);
    // After the end nobody looks at this trigger any more.
    if (this.closed) return this.context.logger.error(nodeLog.trigger(known.message));
    // A store that cannot be opened is tried again every few seconds.
    if (error instanceof StoreTrouble)
      return this.troubles.changed({ state: 'cannot_keep', since: this.deps.clock.now(), error });
    this.fail(known);
  }

  /** What is said of executions about which n8n says nothing: into the log at once, and as a failed execution when it lasts. */
  readonly unconfirmed: Unconfirmed = {
    offeredAgain: (sinceMs, isLasting) => {
      const now = isLasting ? 'told' : 'logged';
      if (this.closed || this.silence === 'told' || this.silence === now) return;
      this.silence = now;
      this.context.logger.warn(nodeLog.offeredAgain(Math.round(sinceMs / 60_000)));
      if (isLasting) this.tellNotBegun();
    },
    confirmed: () => (this.silence = undefined),
  };

  /** Somebody who tests in the editor looks at it now, and a poll may be held for longer than they wait. */
  testBegan(bot: Bot): void {
    const trouble = probe(bot, this.credential?.ownerUserId ?? '');
    this.cancelTestEnd = this.deps.clock.after(TEST_TROUBLE_MS, () => {
      const error = trouble();
      if (error !== undefined && !this.closed) this.fail(toNodeError(this.context.getNode(), error));
    });
  }

  /** Tells nothing more. */
  close(): void {
    this.closed = true;
    this.cancelTestEnd();
    this.troubles.close();
  }

  /** Resolved when everything that was begun has happened. */
  get settled(): Promise<void> {
    return this.troubles.settled;
  }

  /** A failed execution, which also runs the error workflow, and a status item for those who want them. */
  private tellTrouble(health: Health): void {
    if (this.closed) return;
    this.saidConnected = true;
    this.emitStatus(health);
    this.fail(errorOf(this.context.getNode(), health));
  }

  private tellNotBegun(): void {
    const { message, next } = EXECUTIONS_WAIT;
    const since = new Date(this.deps.clock.now()).toISOString();
    const item = { type: 'status', state: 'executions_wait', since, needsPerson: true, message, next };
    if (this.settings.statusItems) this.context.emit([[{ json: item }]]);
    this.context.saveFailedExecution(
      new NodeOperationError(this.context.getNode(), message, { description: next }),
    );
  }

  /**
   * The end of a trouble that was told. Without status items it is an execution that ends at the trigger: n8n lists it, what it says
   * stands on a second output, and nothing of the workflow runs.
   */
  private tellOver(trouble: ToldTrouble): void {
    const { context, settings } = this;
    if (this.closed || this.isTest) return;
    const item: INodeExecutionData = { json: overItem(trouble, this.deps.clock.now()) };
    context.logger.info(nodeLog.connectedAgain());
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

  private fail(error: ReturnType<typeof toNodeError>): void {
    this.context.saveFailedExecution(error);
    if (this.isTest) queueMicrotask(() => this.deps.onTestFailed());
  }
}

function errorOf(node: INode, { state, error }: Health): ReturnType<typeof toNodeError> {
  if (error) return toNodeError(node, error);
  return new NodeOperationError(node, headline(state), { description: nextStep(state) ?? '' });
}
