import { sleep } from '../ilink/clock';
import { CODE_LIMIT, factsOf, perform, type LoginDeps } from './requests';
import type { LoginEvent } from './state';
import { BEFORE_THE_FIRST_CODE, step, type LoginInput, type NextAction } from './step';

export interface LoginStreamDeps extends LoginDeps {
  /**
   * Asks the person for the number that the phone shows; called after each `need_verifycode` and not before its answer was
   * judged. The signal aborts when the answer is no longer wanted. A rejection ends the login with the same error.
   *
   * @returns digits ({@link readVerifyCode} says whether a text is usable)
   */
  verifyCode(signal: AbortSignal): Promise<string>;
}

/** A request for a code is tried so often: about a quarter of a minute, then the person should know. */
const CODE_TRIES = 5;

/**
 * A whole login, as a stream of what happens. It ends after `confirmed` or `binded_redirect`; a code that expired or was
 * blocked is followed by a new one, up to {@link CODE_LIMIT}. What may pass by itself is survived and told as `trouble`.
 *
 * @throws LoginError when it ended without credentials, ILinkError when a repeat cannot help, the signal's reason when it was
 * aborted
 */
export async function* login(deps: LoginStreamDeps, signal: AbortSignal): AsyncGenerator<LoginEvent, void> {
  const question = new Question(deps, signal);
  let state = BEFORE_THE_FIRST_CODE;
  let input: LoginInput = { type: 'go_on' };
  try {
    for (;;) {
      const taken = step(state, input, factsOf(deps, { codeLimit: CODE_LIMIT, codeTries: CODE_TRIES }));
      state = taken.state;
      if (taken.event) yield taken.event;
      if (state.code?.status !== 'need_verifycode') question.withdraw();
      if (taken.next.do === 'end') {
        if (taken.next.error !== undefined) throw taken.next.error;
        return;
      }
      input = await act(deps, taken.next, question, signal);
      signal.throwIfAborted();
    }
  } finally {
    question.withdraw();
  }
}

async function act(
  deps: LoginDeps,
  next: Exclude<NextAction, { do: 'end' }>,
  question: Question,
  signal: AbortSignal,
): Promise<LoginInput> {
  if (next.do === 'ask_number') return question.answer(next.lookAgainAtMs);
  if (next.do !== 'pause') return perform(deps, next, signal);
  await sleep(deps.clock, next.pauseMs, signal);
  return { type: 'go_on' };
}

/** The question for the number, open from `need_verifycode` to the answer, also while the server is asked about the code. */
class Question {
  private open: { number: Promise<string>; withdraw: () => void } | undefined;

  constructor(
    private readonly deps: LoginStreamDeps,
    private readonly signal: AbortSignal,
  ) {}

  /** The answer, or `go_on` when there is none by then. */
  async answer(lookAgainAtMs: number): Promise<LoginInput> {
    const { clock } = this.deps;
    const { number } = (this.open ??= this.ask());
    const answered = new AbortController();
    const enough = AbortSignal.any([answered.signal, this.signal]);
    try {
      const text = await Promise.race([number, sleep(clock, lookAgainAtMs - clock.now(), enough)]);
      if (typeof text !== 'string') return { type: 'go_on' };
      this.open = undefined;
      return { type: 'number', text };
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

  private ask(): { number: Promise<string>; withdraw: () => void } {
    const withdrawn = new AbortController();
    const number = this.deps.verifyCode(AbortSignal.any([withdrawn.signal, this.signal]));
    // After a withdrawal nobody waits for it any more.
    number.catch(() => undefined);
    return { number, withdraw: () => withdrawn.abort() };
  }
}
