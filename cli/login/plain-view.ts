import { readVerifyCode, type LoginEvent, type LoginResult } from '../../login/state';
import type { Problem } from '../exit';
import type { Io } from '../io';
import type { Lines } from '../lines';
import { drawQr, type QrStyle } from './qr';
import { LOGIN, NUMBER_UNUSABLE, resultLines, sentence } from '../texts';
import type { Saved } from './saved';
import type { LoginView } from './view';

/** A login whose output is a file, a pipe or a log: lines, one after the other, without control characters. */
export class PlainView implements LoginView {
  constructor(
    private readonly io: Io,
    private readonly lines: Lines,
    private readonly style: Pick<QrStyle, 'lightBackground'>,
  ) {}

  show(event: LoginEvent): void {
    this.note(sentence(event));
    if (event.status !== 'qr') return;
    for (const line of drawQr(event.url, { ...this.style, color: false }).lines) this.note(line);
    this.note(LOGIN.addressOfCode(event.url));
    this.note(LOGIN.expiresAt(new Date(event.expiresAtMs).toISOString()));
  }

  async askNumber(signal: AbortSignal): Promise<string> {
    for (;;) {
      this.note(LOGIN.typeNumber);
      const code = readVerifyCode(await this.lines.next(signal));
      if (code !== undefined) return code;
      this.note(NUMBER_UNUSABLE);
    }
  }

  note(text: string): void {
    this.io.stdout.write(`${text}\n`);
  }

  /** Nobody can be asked; the options have made sure that there is another way. */
  askToShowToken(): Promise<boolean> {
    return Promise.resolve(false);
  }

  saved(): void {
    // The end says it.
  }

  result(credential: LoginResult, showToken: boolean, tokenIn: Saved[]): void {
    for (const line of resultLines(credential, showToken, tokenIn)) this.note(line);
  }

  failed(problem: Problem): void {
    this.io.stderr.write(`${problem.message}.\n${problem.next}\n`);
  }

  close(): void {
    this.lines.close();
  }
}
