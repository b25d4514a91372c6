import { query, sees } from './api';
import { replaceMessages, setTyping, showMessage, shownKeys } from './messages';
import type { Conversation, SeenMessage } from './types';

/** WeChat's indicator dies about 5 s after the last sendtyping; a little later we ask whether it did. */
const TYPING_CHECK_MS = 5500;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 8000;

export interface LiveEvents {
  onConnection(connected: boolean): void;
  onChange(): void;
  onLogin(event: { qr_url: string; status: string }): void;
}

/**
 * Shows a conversation and keeps it in step with the server. The stream tells what is new; after each
 * (re)connection the whole history is loaded, since the events of the gap are lost.
 */
export class LiveConversation {
  private source: EventSource | undefined;
  private retryMs = RETRY_MIN_MS;
  private retryTimer: number | undefined;
  private typingTimer: number | undefined;
  /** How often the stream spoke of typing: what was asked for before that is older. */
  private typingEvents = 0;
  private ended = false;

  constructor(
    private readonly conversation: Conversation,
    private readonly events: LiveEvents,
  ) {
    this.connect();
  }

  /** Stops for good; the messages stay on the page. */
  end(): void {
    this.ended = true;
    this.source?.close();
    window.clearTimeout(this.retryTimer);
    window.clearTimeout(this.typingTimer);
  }

  private connect(): void {
    const source = new EventSource(`/control/events?${query({ ...this.conversation })}`);
    this.source = source;
    source.addEventListener('open', () => void this.catchUp());
    source.addEventListener('error', () => this.reconnect());
    source.addEventListener('message', (event) => {
      showMessage(JSON.parse(event.data) as SeenMessage);
      this.events.onChange();
    });
    source.addEventListener('typing', (event) => {
      this.typingEvents++;
      this.showTyping(JSON.parse(event.data).typing === true);
    });
    source.addEventListener('login', (event) => this.events.onLogin(JSON.parse(event.data)));
  }

  private async catchUp(): Promise<void> {
    const before = shownKeys();
    const { typingEvents } = this;
    try {
      const { messages, typing } = await sees(this.conversation);
      if (this.ended) return;
      replaceMessages(messages, before);
      if (typingEvents === this.typingEvents) this.showTyping(typing);
      this.retryMs = RETRY_MIN_MS;
      this.events.onConnection(true);
    } catch {
      // Shown as "Reconnecting…", and tried again.
      this.reconnect();
    }
  }

  /** EventSource gives up for good after an HTTP error, so repeating is done here, for every kind of failure. */
  private reconnect(): void {
    this.source?.close();
    window.clearTimeout(this.retryTimer);
    if (this.ended) return;
    this.showTyping(false);
    this.events.onConnection(false);
    this.retryTimer = window.setTimeout(() => this.connect(), this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, RETRY_MAX_MS);
  }

  private showTyping(on: boolean): void {
    setTyping(on);
    window.clearTimeout(this.typingTimer);
    if (on) this.typingTimer = window.setTimeout(() => void this.catchUp(), TYPING_CHECK_MS);
  }
}
