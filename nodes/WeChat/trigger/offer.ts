import type { INodeExecutionData, IRun, ITriggerFunctions } from 'n8n-workflow';

import type { Clock } from '../../../ilink/clock';

/** How an attempt ended, as n8n's done promise tells it. `known`: n8n has an execution for it that has been begun. */
export type Ending = { run: IRun | undefined } | { refused: unknown } | { deadline: true; known?: boolean };

/** How long and how often a message is offered to n8n. */
export interface OfferTerms {
  /** By which n8n knows the message again. */
  key: string;
  deadlineMs: number;
  /**
   * Whether it is offered again, under the same key, while nobody says what became of it: in queue mode Redis can lose the job, and
   * the word that it has ended.
   */
  offersAgain: boolean;
  /** Whether the end is waited for when n8n says that it has the message already. */
  waitsForEnd: boolean;
}

/** So long n8n is given until it is offered the message again; then twice as long, and so on. */
const FIRST_PAUSE_MS = 90_000;
/** It is told when n8n has begun nothing for a message that was offered so often. */
const TOLD_AFTER = 2;

/** What is told of executions about which n8n says nothing. */
export interface Unconfirmed {
  /** A message is offered again. @param isLasting whether n8n had time enough to begin with it */
  offeredAgain(sinceMs: number, isLasting: boolean): void;
  /** n8n has said what became of one. */
  confirmed(): void;
}

/**
 * Starts an execution and waits for its end, but not for ever: in queue mode a done promise can get lost. n8n 2.41 drops an offer of
 * which it has an execution that was begun, and puts it in the place of one that waits for a worker, of which the job, if there still
 * is one, then finds nothing to run (`ExecutionPersistence.reclaimTombstone`).
 */
export function offerMessage(
  context: Pick<ITriggerFunctions, 'emit' | 'helpers'>,
  item: INodeExecutionData,
  terms: OfferTerms,
  clock: Clock,
  told?: Unconfirmed,
): Promise<Ending> {
  return new Promise((resolve) => new Offer(context, item, terms, clock, told, resolve).begin());
}

class Offer {
  private times = 0;
  private known = false;
  private cancelNext: () => void = () => undefined;
  private cancelDeadline: () => void = () => undefined;
  private readonly since: number;

  constructor(
    private readonly context: Pick<ITriggerFunctions, 'emit' | 'helpers'>,
    private readonly item: INodeExecutionData,
    private readonly terms: OfferTerms,
    private readonly clock: Clock,
    private readonly told: Unconfirmed | undefined,
    private readonly resolve: (ending: Ending) => void,
  ) {
    this.since = clock.now();
  }

  begin(): void {
    this.emit();
    this.cancelDeadline = this.clock.after(
      this.terms.deadlineMs,
      () => this.end({ deadline: true, known: this.known }),
      true,
    );
  }

  private emit(): void {
    const number = ++this.times;
    const done = this.context.helpers.createDeferredPromise<IRun>();
    done.promise.then(
      (run: IRun | undefined) => this.ended(number, run),
      (refused: unknown) => number === this.times && this.end({ refused }),
    );
    this.context.emit([[this.item]], undefined, done, this.terms.key);
    if (this.terms.offersAgain) this.offerLater(FIRST_PAUSE_MS * 2 ** (number - 1));
  }

  private offerLater(pauseMs: number): void {
    this.cancelNext = this.clock.after(
      pauseMs,
      () => {
        this.told?.offeredAgain(this.clock.now() - this.since, this.times >= TOLD_AFTER);
        this.emit();
      },
      true,
    );
  }

  private ended(number: number, run: IRun | undefined): void {
    // An execution in whose place another one was put.
    if (run && number < this.times && isCutOff(run)) return;
    this.told?.confirmed();
    if (run === undefined && number > 1 && this.terms.waitsForEnd) {
      this.known = true;
      this.cancelNext();
    } else this.end({ run });
  }

  private end(ending: Ending): void {
    this.cancelNext();
    this.cancelDeadline();
    this.resolve(ending);
  }
}

/**
 * Whether n8n ended a run because nobody ran it to its end: its process died, or a worker lost it. In queue mode n8n 2.41 calls the
 * latter a failure before the first node (`WorkflowRunner.processError`, also for a job that "stalled more than maxStalledCount").
 */
export function isCutOff(run: IRun): boolean {
  if (run.status === 'crashed') return true;
  // What a worker answers for an execution that was marked as crashed while it waited.
  if (run.status === undefined) return run.finished === false;
  const result = run.data?.resultData;
  const isOfNode = result?.lastNodeExecuted !== undefined || Object.keys(result?.runData ?? {}).length > 0;
  return run.status === 'error' && result !== undefined && !isOfNode;
}
