import { sleep } from '../ilink/clock';
import type { ILinkError } from '../ilink/errors';
import { failurePauseMs, idlePauseMs } from './pace';
import { isEnd, withVerifyCode, type LoginEvent, type LoginState } from './state';
import { CODE_LIMIT, isPassing, newLogin, pollLogin, renewLogin, type LoginDeps } from './steps';

export interface LoginStreamDeps extends LoginDeps {
  /**
   * Asks the person for the number that the phone shows; called after each `need_verifycode` and not before its answer was
   * judged. The signal aborts when the answer is no longer wanted. A rejection ends the login with the same error.
   *
   * @returns digits ({@link readVerifyCode} says whether a text is usable)
   */
  verifyCode(signal: AbortSignal): Promise<string>;
  /** How many codes are shown at most, one after the other. */
  codeLimit?: number;
}

/** A request for a code is tried so often: about a quarter of a minute, then the person should know. */
const CODE_TRIES = 5;

/** While the person types, the server is asked this often whether the code still lives, once its time is over. */
const LOOK_AGAIN_MS = 30_000;

/**
 * A whole login, as a stream of what happens. It ends after `confirmed` or `binded_redirect`; a code that expired or was
 * blocked is followed by a new one, up to `codeLimit`. What may pass by itself is survived and told as `trouble`.
 *
 * @throws LoginError when it ended without credentials, ILinkError when a repeat cannot help, the signal's reason when it was
 * aborted
 */
export async function* login(deps: LoginStreamDeps, signal: AbortSignal): AsyncGenerator<LoginEvent, void> {
  const { codeLimit = CODE_LIMIT } = deps;
  let state = yield* persistently(deps, signal, () => newLogin(deps, signal));
  for (;;) {
    const { qrcode, url, expiresAtMs, codeNumber } = state;
    yield { status: 'qr', qrcode, url, expiresAtMs, codeNumber, codeLimit };
    const ended = yield* followCode(deps, state, signal);
    if (ended.status === 'confirmed' || ended.status === 'binded_redirect') return;
    state = yield* persistently(deps, signal, () => renewLogin(deps, ended, signal, codeLimit));
  }
}

/** Polls until nothing can follow for this code. */
async function* followCode(
  deps: LoginStreamDeps,
  first: LoginState,
  signal: AbortSignal,
): AsyncGenerator<LoginEvent, LoginState> {
  let state = first;
  const question = new Question(deps, signal);
  try {
    for (;;) {
      const startedAtMs = deps.clock.now();
      const { status: before } = state;
      const step = await pollLogin(deps, state, signal);
      const { event } = step;
      state = step.state;
      if (event) yield event;
      if (isEnd(state.status)) return state;
      if (state.status !== 'need_verifycode') question.withdraw();
      if (event?.status === 'trouble') await pause(deps, event.retryInMs, signal);
      else if (state.status === 'need_verifycode' && state.verifyCode === undefined)
        state = await question.answered(state);
      else if (state.status === before)
        await pause(deps, idlePauseMs(deps.clock.now() - startedAtMs), signal);
      signal.throwIfAborted();
    }
  } finally {
    question.withdraw();
  }
}

/**
 * The question for the number, open from `need_verifycode` to the answer. The server is left alone meanwhile, as Tencent's
 * client does: nobody knows whether it would count a poll without a number. Only when the code's time is over it is asked
 * now and then, or the person would type into a login that has ended.
 */
class Question {
  private open: { code: Promise<string>; withdraw: () => void } | undefined;

  constructor(
    private readonly deps: LoginStreamDeps,
    private readonly signal: AbortSignal,
  ) {}

  /** The state with the answer, or without one when it is time to look after the code. */
  async answered(state: LoginState): Promise<LoginState> {
    const { code } = (this.open ??= this.ask());
    const answered = new AbortController();
    const enough = AbortSignal.any([answered.signal, this.signal]);
    const lookAgainMs = Math.max(LOOK_AGAIN_MS, state.expiresAtMs - this.deps.clock.now());
    try {
      const answer = await Promise.race([code, sleep(this.deps.clock, lookAgainMs, enough)]);
      if (typeof answer !== 'string') return state;
      this.open = undefined;
      return withVerifyCode(state, answer);
    } catch (error) {
      this.signal.throwIfAborted();
      throw error;
    } finally {
      answered.abort();
    }
  }

  withdraw(): void {
    this.open?.withdraw();
    this.open = undefined;
  }

  private ask(): { code: Promise<string>; withdraw: () => void } {
    const withdrawn = new AbortController();
    const code = this.deps.verifyCode(AbortSignal.any([withdrawn.signal, this.signal]));
    // After a withdrawal nobody waits for it any more.
    code.catch(() => undefined);
    return { code, withdraw: () => withdrawn.abort() };
  }
}

/** Gets a code, also when it does not work at once. */
async function* persistently(
  deps: LoginDeps,
  signal: AbortSignal,
  get: () => Promise<LoginState>,
): AsyncGenerator<LoginEvent, LoginState> {
  for (let failures = 1; ; failures++) {
    let error: ILinkError;
    try {
      return await get();
    } catch (thrown) {
      if (!isPassing(thrown) || failures >= CODE_TRIES) throw thrown;
      error = thrown;
    }
    const retryInMs = failurePauseMs(failures, deps.random);
    yield { status: 'trouble', error, retryInMs };
    await pause(deps, retryInMs, signal);
  }
}

async function pause({ clock }: LoginDeps, pauseMs: number, signal: AbortSignal): Promise<void> {
  if (pauseMs > 0) await sleep(clock, pauseMs, signal);
  signal.throwIfAborted();
}
