import { setTimeout as sleep } from 'node:timers/promises';

/** What the login page answers. */
export interface PageAnswer {
  status: number;
  access?: string;
  phase?: string;
  code?: { url: string };
  problem?: { message: string; next: string };
  outcome?: { credentialName: string };
}

const LIMIT_MS = 60_000;
const ASK_EVERY_MS = 300;

/** A login page without a browser: what its script asks for, with the cookie that it gets. */
export class PageClient {
  private cookie = '';
  private readonly url: string;
  private readonly ticket: string;

  /** @param link with the ticket behind the # */
  constructor(link: string) {
    const [url = '', ticket = ''] = link.split('#');
    this.url = url;
    this.ticket = ticket;
  }

  async ask(action: 'look' | 'start'): Promise<PageAnswer> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: this.cookie },
      body: JSON.stringify({ do: action, ticket: this.ticket, shown: '' }),
    });
    this.cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? this.cookie;
    return { ...((await response.json().catch(() => ({}))) as object), status: response.status };
  }

  /** Presses "Show QR code". @returns the address in the code */
  async show(): Promise<string> {
    await this.ask('start');
    const { code } = await this.until((answer) => answer.code !== undefined, 'shows no code');
    return code!.url;
  }

  /** Looks until the login has come to an end, or waits for somebody to repair something. */
  async end(): Promise<PageAnswer> {
    return this.until(
      ({ phase, problem }) => phase === 'done' || phase === 'failed' || problem !== undefined,
      'does not come to an end',
    );
  }

  private async until(reached: (answer: PageAnswer) => boolean, complaint: string): Promise<PageAnswer> {
    const deadline = Date.now() + LIMIT_MS;
    for (;;) {
      const answer = await this.ask('look');
      if (reached(answer)) return answer;
      if (Date.now() > deadline) throw new Error(`The page ${complaint}: ${JSON.stringify(answer)}`);
      await sleep(ASK_EVERY_MS);
    }
  }
}
