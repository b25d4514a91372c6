import type { LoginEvent, LoginResult } from '../../login/state';
import type { Problem } from '../exit';
import type { Saved } from './saved';

/** How a login is shown: in a terminal, as plain lines, or as JSON. */
export interface LoginView {
  show(event: LoginEvent): void;
  /** Asks for the number on the phone until the answer is one. @throws InputEnded when nobody can answer any more */
  askNumber(signal: AbortSignal): Promise<string>;
  /** A step beside the login itself. */
  note(text: string): void;
  /** Whether the token may be shown; called only where nothing else was asked for. */
  askToShowToken(signal: AbortSignal): Promise<boolean>;
  saved(where: Saved): void;
  /** The end of a login that succeeded. */
  result(credential: LoginResult, showToken: boolean, tokenIn: Saved[]): void;
  failed(problem: Problem): void;
  close(): void;
}
