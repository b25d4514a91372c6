import { sleep } from '../ilink/clock';
import { ILinkError } from '../ilink/errors';
import { LoginError } from './error';
import { factsOf, perform, type LoginDeps } from './requests';
import type { LoginResult } from './state';
import { BEFORE_THE_FIRST_CODE, step, type LoginStep, type NextAction } from './step';
import {
  claimedBy,
  withoutProblem,
  withoutRunner,
  withTypedCode,
  type LoginOutcome,
  type LoginProblem,
  type LoginRecord,
  type LoginTarget,
} from './record';
import type { ConfirmedLogin } from './proof';
import type { LoginRecords } from './records';

/** Puts the token where credentials are kept. @throws LoginStop when it never will, anything else to be tried again */
export type SaveLogin = (result: LoginResult, target: LoginTarget) => Promise<LoginOutcome>;

/** A login that was confirmed and must not be used. */
export class LoginStop extends Error {
  constructor(readonly problem: LoginProblem) {
    super(problem.code);
    this.name = 'LoginStop';
  }
}

/** A failure to save that may pass. */
export class SaveTrouble extends LoginStop {}

export interface RunnerDeps {
  records: LoginRecords;
  login: LoginDeps;
  save: SaveLogin;
  /** Notes whose login it was. What was kept of that person belongs to the new token from then on. */
  prove: (login: ConfirmedLogin) => Promise<void>;
  /** Names this process among those that share the store. */
  id: string;
}

/** A process that is silent for longer has died, and another one goes on: somebody stands in front of the page. */
const LEASE_MS = 6_000;
/** A third of it, so that one late tick costs nothing. */
const BEAT_MS = LEASE_MS / 3;
const SAVE_AGAIN_MS = 5_000;
/** How long the end is kept for a watcher that has not heard of it. */
const TOLD_WITHIN_MS = 24 * 3_600_000;
/** So often it is looked whether a number was typed, in another process perhaps. */
const NUMBER_LOOK_MS = 1_000;

/**
 * Carries one login to its end: shows a code after the other, follows the phone, and has the token saved. It holds the token
 * in memory only, from the confirmation until it is saved.
 */
export class LoginRunner {
  private nudge = new AbortController();
  private login = BEFORE_THE_FIRST_CODE;

  constructor(
    private readonly key: string,
    private readonly deps: RunnerDeps,
  ) {}

  /** The person typed something. */
  wake(): void {
    this.nudge.abort();
    this.nudge = new AbortController();
  }

  /** Runs until the login rests, ends, expires, or belongs to another process. @returns how it ended */
  async run(signal: AbortSignal): Promise<LoginRecord | undefined> {
    const stopBeating = this.beat();
    try {
      while (!signal.aborted) {
        const claim = await this.claim();
        if (!claim?.changed) return claim?.record;
        try {
          await this.round(claim.record, signal);
        } catch (error) {
          if (signal.aborted) break;
          await this.write((record) => ({ ...record, phase: 'failed', problem: problemOf(error) }));
        }
      }
      await this.release();
      return undefined;
    } finally {
      stopBeating();
    }
  }

  /** Says that this process lives, also while a poll is held. @returns ends it */
  private beat(): () => void {
    const { records, login, id } = this.deps;
    const again = (): void => {
      const prolonged = records.change(this.key, (record) =>
        record.runner?.id === id ? claimedBy(record, id, login.clock.now(), LEASE_MS) : undefined,
      );
      // A store that fails now fails the next step, too, which says so.
      prolonged.catch(() => undefined);
      cancel = login.clock.after(BEAT_MS, again, true);
    };
    let cancel = login.clock.after(BEAT_MS, again, true);
    return () => cancel();
  }

  /** Another process may go on at once. */
  private async release(): Promise<void> {
    const { records, id } = this.deps;
    await records.change(this.key, (record) =>
      record.runner?.id === id ? withoutRunner(record) : undefined,
    );
  }

  private claim() {
    const { records, login, id } = this.deps;
    return records.change(this.key, (record) => {
      const claimed = claimedBy(record, id, login.clock.now(), LEASE_MS);
      return claimed && withTypedCode(claimed);
    });
  }

  /** One request to the server at most, from the record to the record. */
  private async round({ state, target }: LoginRecord, signal: AbortSignal): Promise<void> {
    const { login } = this.deps;
    const { code: _code, ...before } = this.login;
    const planned = step({ ...before, ...(state && { code: state }) }, { type: 'go_on' }, factsOf(login));
    if (planned.next.do !== 'request_code' && planned.next.do !== 'ask_status')
      return this.rest(planned.next, signal);
    const came = await perform(login, planned.next, signal);
    const taken = step(planned.state, came, factsOf(login));
    this.login = taken.state;
    if (taken.event?.status === 'confirmed') {
      await this.deps.prove({ ...taken.event.credential, confirmedBy: state!.apiBaseUrl });
      return this.save(taken.event.credential, target, signal);
    }
    await this.keep(taken);
    await this.rest(taken.next, signal);
  }

  private async keep({ state, event }: LoginStep): Promise<void> {
    const problem = event?.status === 'trouble' ? { problem: problemOf(event.error) } : {};
    await this.write((record) => ({
      ...withoutProblem(record),
      ...(state.code && { state: state.code }),
      ...problem,
    }));
  }

  /** What is to be done without the server. A request is for the next round, which looks at the record before. */
  private async rest(next: NextAction, signal: AbortSignal): Promise<void> {
    if (next.do === 'pause') await this.pause(next.pauseMs, signal);
    if (next.do === 'ask_number') await this.pause(NUMBER_LOOK_MS, signal);
    if (next.do !== 'end') return;
    if (!areCodesUsedUp(next.error)) throw next.error ?? new LoginStop({ code: 'already_bound' });
    await this.write((record) => ({ ...withoutProblem(record), phase: 'paused' }));
  }

  /** Tries until it worked: the person can repair what is wrong meanwhile, and does not have to scan again. */
  private async save(result: LoginResult, target: LoginTarget, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const outcome = await this.deps.save(result, target);
        // Somebody may be away for a while who has to hear of it.
        const expiresAtMs = this.deps.login.clock.now() + TOLD_WITHIN_MS;
        await this.write((record) => ({ ...withoutProblem(record), phase: 'done', outcome, expiresAtMs }));
        return;
      } catch (error) {
        if (error instanceof LoginStop && !(error instanceof SaveTrouble)) throw error;
        const claim = await this.claim();
        if (!claim?.changed) return;
        await this.write((record) => ({ ...record, phase: 'saving', problem: problemOf(error) }));
      }
      await this.pause(SAVE_AGAIN_MS, signal);
    }
  }

  private async write(change: (record: LoginRecord) => LoginRecord): Promise<void> {
    await this.deps.records.change(this.key, change);
  }

  private async pause(pauseMs: number, signal: AbortSignal): Promise<void> {
    if (pauseMs > 0)
      await sleep(this.deps.login.clock, pauseMs, AbortSignal.any([signal, this.nudge.signal]));
  }
}

/** Nothing is wrong: the person may just have been away, and asks for more. */
function areCodesUsedUp(error: unknown): boolean {
  return error instanceof LoginError && error.code === 'too_many_codes';
}

function problemOf(error: unknown): LoginProblem {
  if (error instanceof LoginStop) return error.problem;
  if (error instanceof LoginError) return error.failure;
  if (error instanceof ILinkError) return { code: error.code, facts: error.facts };
  return { code: 'unexpected', facts: { name: error instanceof Error ? error.name : typeof error } };
}
