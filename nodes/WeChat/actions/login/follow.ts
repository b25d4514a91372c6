import { sleep } from '../../../../ilink/clock';
import { factsOf, perform, type LoginDeps } from '../../../../login/requests';
import { isEnd, type LoginResult, type LoginState } from '../../../../login/state';
import { BEFORE_THE_FIRST_CODE, step, type LoginInput } from '../../../../login/step';

/** The workflow decides how many codes it shows, and what happens when there is none. */
const RULES = { codeLimit: Infinity, codeTries: 1 };

/**
 * Gets a code.
 *
 * @param ended the code of the same login before it, which is over
 * @throws ILinkError, the signal's reason
 */
export async function nextCode(
  login: LoginDeps,
  ended: LoginState | undefined,
  signal?: AbortSignal,
): Promise<LoginState> {
  const before = { ...BEFORE_THE_FIRST_CODE, ...(ended && { code: ended }) };
  const came = await perform(login, { do: 'request_code' }, signal);
  const { state, next } = step(before, came, factsOf(login, RULES));
  if (next.do === 'end' || !state.code) throw next.do === 'end' ? next.error : came;
  return state.code;
}

/** How the code stood last, and what the login gave if it is confirmed. */
export interface Followed {
  result?: LoginResult;
  ended: LoginState;
}

/**
 * Asks how a login stands: once, or until there is something that only a person can go on with.
 *
 * @throws ILinkError, the signal's reason
 */
export async function followCode(
  login: LoginDeps,
  first: LoginState,
  wait: boolean,
  signal: AbortSignal,
): Promise<Followed> {
  let state = { ...BEFORE_THE_FIRST_CODE, code: first };
  let input: LoginInput = { type: 'look' };
  for (let asked = false; ;) {
    const taken = step(state, input, factsOf(login, RULES));
    const { event, next } = taken;
    state = { ...taken.state, code: taken.state.code ?? first };
    if (event?.status === 'confirmed') return { result: event.credential, ended: state.code };
    if (next.do === 'end' && next.error !== undefined) throw next.error;
    const isPersonsTurn = next.do === 'ask_number' || isEnd(state.code.status);
    if (asked && (!wait || isPersonsTurn)) return { ended: state.code };
    if (next.do === 'pause') {
      await sleep(login.clock, next.pauseMs, signal);
      signal.throwIfAborted();
      input = { type: 'go_on' };
    } else if (next.do === 'ask_status') {
      input = await perform(login, next, signal);
      asked = true;
    } else return { ended: state.code };
  }
}
