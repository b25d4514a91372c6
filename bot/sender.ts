import { sleep, type Clock } from '../ilink/clock';
import type { ILinkClient } from '../ilink/client';
import { ILinkError, ILinkNetworkError, ILinkReplyError } from '../ilink/errors';
import type { MessageItem } from '../ilink/wire';

/**
 * What became of a message that the server did not refuse. `unconfirmed`: the server took it without giving it an id
 * although it normally does, which often means that it is never shown. A refusal is thrown as an {@link ILinkError}.
 */
export interface SendResult {
  outcome: 'accepted' | 'unconfirmed';
  /** Exact digits; absent when the server gave none. */
  message_id?: string;
  client_id: string;
}

/** What is noted of sends, so that the quota of a conversation is known, and what a quote means. None of it may fail. */
export interface SendLog {
  sent(userId: string): Promise<void>;
  rememberSent(userId: string, item: MessageItem, message_id?: string): Promise<void>;
  windowClosed(userId: string): Promise<void>;
}

export interface SenderDeps {
  client: Pick<ILinkClient, 'sendMessage'>;
  clock: Clock;
  newClientId: () => string;
  log: SendLog;
}

/** To whom, and the token to answer with. */
export interface Address {
  to: string;
  contextToken?: string;
}

/** Some messages of one send arrived, and one did not. */
export class PartlySent extends Error {
  constructor(
    readonly sent: SendResult[],
    readonly total: number,
    override readonly cause: unknown,
  ) {
    super(`${sent.length} of ${total} messages were sent`);
    this.name = 'PartlySent';
  }
}

const MAX_TRIES = 3;
const FIRST_PAUSE_MS = 500;

/** Sends the messages of one bot. */
export class Sender {
  /** Servers used to answer `{}`; only on one that gives ids does a missing id mean something. */
  private serverGivesIds = false;

  constructor(private readonly deps: SenderDeps) {}

  /**
   * Sends messages one after another, with a pause between them: several within a second trip WeChat's throttle for some.
   *
   * @throws ILinkError when the first one was refused or got no answer; PartlySent when a later one was
   */
  async sendAll(
    address: Address,
    items: MessageItem[],
    pauseMs: number,
    signal?: AbortSignal,
  ): Promise<SendResult[]> {
    const sent: SendResult[] = [];
    for (const item of items) {
      try {
        if (sent.length > 0) await sleep(this.deps.clock, pauseMs, signal);
        signal?.throwIfAborted();
        sent.push(await this.send(address, item, signal));
      } catch (error) {
        if (sent.length === 0) throw error;
        throw new PartlySent(sent, items.length, error);
      }
    }
    return sent;
  }

  /**
   * Sends one message. When the answer got lost it is sent again under the same `client_id`, by which the server drops the
   * second one; what the server refused is never repeated.
   *
   * @throws ILinkError when it was refused, or when no answer came at all
   */
  async send(address: Address, item: MessageItem, signal?: AbortSignal): Promise<SendResult> {
    const client_id = this.deps.newClientId();
    const reply = await this.repeat(address, item, client_id, signal);
    await this.deps.log.sent(address.to);
    await this.deps.log.rememberSent(address.to, item, reply.message_id);
    if (reply.message_id) {
      this.serverGivesIds = true;
      return { outcome: 'accepted', message_id: reply.message_id, client_id };
    }
    return { outcome: this.serverGivesIds ? 'unconfirmed' : 'accepted', client_id };
  }

  private async repeat(
    { to, contextToken }: Address,
    item: MessageItem,
    client_id: string,
    signal?: AbortSignal,
  ): Promise<{ message_id?: string }> {
    const message = { to_user_id: to, client_id, item, ...(contextToken && { context_token: contextToken }) };
    for (let tries = 1; ; tries++) {
      try {
        return await this.deps.client.sendMessage(message, signal);
      } catch (error) {
        if (error instanceof ILinkError && error.kind === 'window_closed')
          await this.deps.log.windowClosed(to);
        if (tries === MAX_TRIES || !canHelp(error)) throw error;
        await sleep(this.deps.clock, FIRST_PAUSE_MS * 2 ** (tries - 1), signal);
        signal?.throwIfAborted();
      }
    }
  }
}

/** A wrong address stays wrong; a connection or a server that failed may work a moment later. */
function canHelp(error: unknown): boolean {
  if (!(error instanceof ILinkError)) return false;
  if (error instanceof ILinkNetworkError && !error.mayHaveArrived) return error.kind !== 'unreachable';
  if (error instanceof ILinkReplyError) return true;
  return error.repeat === 'yes' || error.repeat === 'few';
}
