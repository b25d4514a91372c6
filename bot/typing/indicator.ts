import type { Clock } from '../../ilink/clock';
import type { ILinkClient } from '../../ilink/client';
import { ILinkApiError, isLoginNeeded } from '../../ilink/errors';
import { retrying } from '../../ilink/retry';
import { TypingStatus } from '../../ilink/wire';
import { retryPauseMs } from '../send/retry';

/** Reports name from one minute to a day; the shortest costs one small request per minute of typing. */
const TICKET_LIFE_MS = 60_000;
const MAX_TICKETS = 1_000;

/** What the indicator needs of a bot. */
export type TypingClient = Pick<ILinkClient, 'getConfig' | 'sendTyping'>;

export interface IndicatorOptions {
  contextToken?: string;
  signal?: AbortSignal;
  /** Whether a trouble that passes is waited for, as a message does: somebody asked for it, and sees when it fails. */
  isPatient?: boolean;
}

/** Shows and hides "typing…" once. Keeps the tickets that this needs, and gets a new one when the server refuses an old one. */
export class TypingIndicator {
  private readonly tickets = new Map<string, { ticket: string; expiresAt: number }>();

  constructor(private readonly deps: { client: TypingClient; clock: Clock }) {}

  /**
   * Shows the indicator, which dies by itself after about five seconds.
   *
   * @throws ILinkError
   */
  show(userId: string, how: IndicatorOptions = {}): Promise<void> {
    return this.send(userId, TypingStatus.Typing, how);
  }

  /** Hides the indicator. @throws ILinkError */
  hide(userId: string, how: IndicatorOptions = {}): Promise<void> {
    return this.send(userId, TypingStatus.Cancel, how);
  }

  private async send(userId: string, status: number, how: IndicatorOptions): Promise<void> {
    const { signal } = how;
    const cached = this.cached(userId);
    const repeating = this.repeatingFor(how);
    const show = (ticket: string): Promise<void> =>
      repeating(() => this.deps.client.sendTyping(userId, ticket, status, signal));
    try {
      await show(cached ?? (await this.fetch(userId, how)));
    } catch (error) {
      const ticketMayBeOld = cached !== undefined && error instanceof ILinkApiError && !isLoginNeeded(error);
      if (!ticketMayBeOld) throw error;
      await show(await this.fetch(userId, how));
    }
  }

  /** A reset or a 5xx passes, as it does for messages, and twice is the same as once here. */
  private repeatingFor({ isPatient, signal }: IndicatorOptions) {
    const pauseAfter = isPatient ? retryPauseMs : () => undefined;
    return <Result>(action: () => Promise<Result>): Promise<Result> =>
      retrying(action, pauseAfter, this.deps.clock, signal);
  }

  private cached(userId: string): string | undefined {
    const entry = this.tickets.get(userId);
    return entry && entry.expiresAt > this.deps.clock.now() ? entry.ticket : undefined;
  }

  private async fetch(userId: string, how: IndicatorOptions): Promise<string> {
    const { contextToken, signal } = how;
    const ask = (): ReturnType<TypingClient['getConfig']> =>
      this.deps.client.getConfig(userId, contextToken, signal);
    const { typing_ticket } = await this.repeatingFor(how)(ask);
    // A server may write anything where a text belongs.
    const ticket = typeof typing_ticket === 'string' ? typing_ticket : '';
    this.tickets.delete(userId);
    if (this.tickets.size >= MAX_TICKETS) this.tickets.delete(this.tickets.keys().next().value!);
    this.tickets.set(userId, { ticket, expiresAt: this.deps.clock.now() + TICKET_LIFE_MS });
    return ticket;
  }
}
