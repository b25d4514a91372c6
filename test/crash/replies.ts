import { setTimeout as wait } from 'node:timers/promises';

import type { Emulator, RequestRecord } from '../../emulator';

/** Messages that went out in one reply, as positions in the order in which they were written. */
interface Reply {
  from: number;
  to: number;
  /** The kill that came before the client polled again, counted from 0. */
  kill: number;
}

/** What a killed process sent last is with the server after this. */
const ARRIVED_MS = 20;

/**
 * Which messages the server sent in a reply that a kill may have cut off. The client polls with one request at a time and
 * keeps a reply before it asks again, so of each process it can be the reply to its last poll only. What is missing and was
 * in no such reply was lost by the client.
 */
export class Replies {
  private readonly cuts: Reply[] = [];
  private kills = 0;
  /** How many messages went out before the reply to `last`. The server sends them in the order in which they were written. */
  private sent = 0;
  /** The last poll before a kill. It may still be under way; then nobody reads its reply. */
  private last: { record: RequestRecord; kill: number } | undefined;

  constructor(
    private readonly emulator: Pick<Emulator, 'requests' | 'polls'>,
    private readonly botId: string,
  ) {}

  /** To be called after every kill, when the process is gone. */
  async noteKill(): Promise<void> {
    do await wait(ARRIVED_MS);
    while (this.emulator.polls(this.botId) > 0);
    const kill = this.kills++;
    const polls = this.freshPolls();
    const record = polls.pop();
    // A process that was killed before it polled cut nothing off.
    if (!record) return;
    this.settleLast();
    for (const { outcome } of polls) this.sent += messagesIn(outcome);
    this.last = { record, kill };
  }

  /**
   * The messages that may have been cut off, each with the number of the kill. To be called once, at the end.
   *
   * @param written all texts, in the order in which they were written
   */
  cut(written: readonly string[]): Map<string, number> {
    this.settleLast();
    const textsOf = ({ from, to, kill }: Reply): [string, number][] =>
      written.slice(from, to).map((text) => [text, kill]);
    return new Map(this.cuts.flatMap(textsOf));
  }

  private settleLast(): void {
    if (!this.last) return;
    const { record, kill } = this.last;
    const from = this.sent;
    this.sent += messagesIn(record.outcome);
    if (this.sent > from) this.cuts.push({ from, to: this.sent, kill });
  }

  private freshPolls(): RequestRecord[] {
    const polls = this.emulator.requests('getupdates').filter(({ bot_id }) => bot_id === this.botId);
    return this.last ? polls.slice(polls.indexOf(this.last.record) + 1) : polls;
  }
}

function messagesIn(outcome: string): number {
  return Number(/^ok, (\d+) messages$/.exec(outcome)?.[1] ?? 0);
}
