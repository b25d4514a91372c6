import type { Clock } from '../ilink/clock';
import type { ILinkClient } from '../ilink/client';
import { ILinkApiError, isLoginNeeded } from '../ilink/errors';
import { TypingStatus } from '../ilink/wire';

/** Reports name from one minute to a day; the shortest costs one small request per minute of typing. */
const TICKET_LIFE_MS = 60_000;
const MAX_TICKETS = 1_000;

/** What the indicator needs of a bot. */
export type TypingClient = Pick<ILinkClient, 'getConfig' | 'sendTyping'>;

/** Shows and hides "typing…" once. Keeps the tickets that this needs, and gets a new one when the server refuses an old one. */
export class TypingIndicator {
  private readonly tickets = new Map<string, { ticket: string; expiresAt: number }>();

  constructor(private readonly deps: { client: TypingClient; clock: Clock }) {}

  /**
   * Shows the indicator, which dies by itself after about five seconds.
   *
   * @throws ILinkError
   */
  show(userId: string, contextToken?: string, signal?: AbortSignal): Promise<void> {
    return this.send(userId, TypingStatus.Typing, contextToken, signal);
  }

  /** Hides the indicator. @throws ILinkError */
  hide(userId: string, contextToken?: string, signal?: AbortSignal): Promise<void> {
    return this.send(userId, TypingStatus.Cancel, contextToken, signal);
  }

  private async send(
    userId: string,
    status: number,
    contextToken?: string,
    signal?: AbortSignal,
  ): Promise<void> {
    const cached = this.cached(userId);
    try {
      const ticket = cached ?? (await this.fetch(userId, contextToken, signal));
      await this.deps.client.sendTyping(userId, ticket, status, signal);
    } catch (error) {
      const ticketMayBeOld = cached !== undefined && error instanceof ILinkApiError && !isLoginNeeded(error);
      if (!ticketMayBeOld) throw error;
      const fresh = await this.fetch(userId, contextToken, signal);
      await this.deps.client.sendTyping(userId, fresh, status, signal);
    }
  }

  private cached(userId: string): string | undefined {
    const entry = this.tickets.get(userId);
    return entry && entry.expiresAt > this.deps.clock.now() ? entry.ticket : undefined;
  }

  private async fetch(userId: string, contextToken?: string, signal?: AbortSignal): Promise<string> {
    const { typing_ticket: ticket = '' } = await this.deps.client.getConfig(userId, contextToken, signal);
    this.tickets.delete(userId);
    if (this.tickets.size >= MAX_TICKETS) this.tickets.delete(this.tickets.keys().next().value!);
    this.tickets.set(userId, { ticket, expiresAt: this.deps.clock.now() + TICKET_LIFE_MS });
    return ticket;
  }
}
