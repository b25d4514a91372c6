import { readVerifyCode, type LoginEvent, type LoginResult } from '../../login/state';
import type { Problem } from '../exit';
import type { Io } from '../io';
import type { Lines } from '../lines';
import { detailOf, LOGIN, sentence, wordsOf } from '../texts';
import type { Saved } from './saved';
import type { LoginView } from './view';

/**
 * A login for a program: one JSON object per line, `status` says which. The number on the phone is read from stdin, one per
 * line. The token is in there only with --show-token.
 */
export class JsonView implements LoginView {
  constructor(
    private readonly io: Io,
    private readonly lines: Lines,
  ) {}

  show(event: LoginEvent): void {
    // The end has a line of its own, once it is known where the token has gone.
    if (event.status !== 'confirmed') this.write({ ...fieldsOf(event), text: sentence(event) });
  }

  async askNumber(signal: AbortSignal): Promise<string> {
    for (;;) {
      const code = readVerifyCode(await this.lines.next(signal));
      if (code !== undefined) return code;
      this.write({ status: 'need_verifycode', wrong: true, text: LOGIN.lineWasNoNumber });
    }
  }

  note(text: string): void {
    this.write({ status: 'note', text });
  }

  /** Nobody can be asked; the options have made sure that there is another way. */
  askToShowToken(): Promise<boolean> {
    return Promise.resolve(false);
  }

  saved(where: Saved): void {
    this.write({ status: 'saved', ...where });
  }

  result({ botToken, ...rest }: LoginResult, showToken: boolean): void {
    this.write({ status: 'confirmed', ...rest, ...(showToken && { botToken }) });
  }

  failed({ message, next, exitCode }: Problem): void {
    this.write({ status: 'failed', message, next, exitCode });
  }

  close(): void {
    this.lines.close();
  }

  private write(line: object): void {
    this.io.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

/** What a program may know of an event. The `qrcode` value stays out: with it the token can be collected. */
function fieldsOf(event: Exclude<LoginEvent, { status: 'confirmed' }>): object {
  switch (event.status) {
    case 'qr': {
      const { status, url, expiresAtMs, codeNumber, codeLimit } = event;
      return { status, url, expiresAt: new Date(expiresAtMs).toISOString(), codeNumber, codeLimit };
    }
    case 'trouble': {
      const { status, error, retryInMs } = event;
      return { status, message: wordsOf(error).message, detail: detailOf(error), retryInMs };
    }
    default: {
      const { stuck: _said, ...fields } = event;
      return fields;
    }
  }
}
