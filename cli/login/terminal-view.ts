import type { Clock } from '../../ilink/clock';
import { readVerifyCode, type LoginEvent, type LoginResult } from '../../login/state';
import { ask } from '../ask';
import type { Problem } from '../exit';
import type { Io } from '../io';
import { Screen } from '../screen';
import { drawQr, type QrStyle } from './qr';
import {
  countdown,
  LOGIN,
  NUMBER_QUESTION,
  NUMBER_UNUSABLE,
  resultLines,
  sentence,
  waitingFor,
} from '../texts';
import type { Saved } from './saved';
import type { LoginView } from './view';

const TICK_MS = 1_000;

export interface TerminalDeps {
  io: Io;
  clock: Clock;
  style: QrStyle;
  /** Ends the command, as Ctrl-C does. */
  interrupt: () => void;
}

/** A login in front of a person: the code, a line that counts down, and questions. */
export class TerminalView implements LoginView {
  private readonly screen: Screen;
  private expiresAtMs = 0;
  private status: LoginEvent['status'] = 'wait';
  private stopTicking: () => void = () => undefined;

  constructor(private readonly deps: TerminalDeps) {
    this.screen = new Screen(deps.io.stdout);
  }

  show(event: LoginEvent): void {
    this.status = event.status;
    if (event.status === 'qr') return this.showCode(event);
    if (event.status === 'expired' || event.status === 'verify_code_blocked') {
      // The code must not stay in front of the camera.
      this.screen.eraseToMark();
      this.pauseTicking();
    }
    if (event.status === 'confirmed' || event.status === 'binded_redirect') this.pauseTicking();
    this.screen.line(sentence(event));
    if (event.status === 'need_verifycode') this.pauseTicking();
    else if (this.isWaiting()) this.tick();
  }

  async askNumber(signal: AbortSignal): Promise<string> {
    for (;;) {
      const typed = await this.question(NUMBER_QUESTION, signal);
      const code = readVerifyCode(typed);
      if (code !== undefined) return code;
      this.screen.line(NUMBER_UNUSABLE);
    }
  }

  note(text: string): void {
    this.screen.line(text);
  }

  async askToShowToken(signal: AbortSignal): Promise<boolean> {
    const answer = await this.question(LOGIN.showToken, signal);
    return /^\s*(s|show|y|yes)\s*$/i.test(answer);
  }

  saved(): void {
    // The end says it.
  }

  result(credential: LoginResult, showToken: boolean, tokenIn: Saved[]): void {
    this.screen.line();
    for (const line of resultLines(credential, showToken, tokenIn)) this.screen.line(line);
  }

  failed(problem: Problem): void {
    this.pauseTicking();
    this.deps.io.stderr.write(`\n${problem.message}.\n${problem.next}\n`);
  }

  close(): void {
    this.pauseTicking();
    this.screen.endStatus();
  }

  private showCode({ url, expiresAtMs, ...event }: LoginEvent & { status: 'qr' }): void {
    const { lines, width } = drawQr(url, this.deps.style);
    this.expiresAtMs = expiresAtMs;
    this.screen.mark();
    // The code comes last: on a terminal of 24 lines what stands above it scrolls away, and the code must not.
    this.screen.line(sentence({ ...event, url, expiresAtMs }));
    this.screen.line(LOGIN.orScanThere(url));
    if (width <= this.screen.columns) for (const line of lines) this.screen.line(line);
    else this.screen.line(LOGIN.tooNarrow);
    this.tick();
  }

  private isWaiting(): boolean {
    return ['qr', 'wait', 'scaned', 'scaned_but_redirect', 'trouble'].includes(this.status);
  }

  private tick(): void {
    this.stopTicking();
    const left = this.expiresAtMs - this.deps.clock.now();
    this.screen.status(LOGIN.waitingLeft(waitingFor(this.status), countdown(left)));
    this.stopTicking = this.deps.clock.after(TICK_MS, () => this.tick());
  }

  private pauseTicking(): void {
    this.stopTicking();
    this.stopTicking = () => undefined;
    this.screen.endStatus();
  }

  private async question(text: string, signal: AbortSignal): Promise<string> {
    this.pauseTicking();
    try {
      return await ask(this.deps.io, text, signal, this.deps.interrupt);
    } catch (error) {
      this.deps.io.stdout.write('\n');
      throw error;
    } finally {
      this.screen.foreignLine(text);
    }
  }
}
