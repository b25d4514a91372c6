import type { Conversation } from '../../store/store';
import type { Checkpoint } from './checkpoints';
import type { Outcome, Part, SendRequest, SendResult } from './message';

/** A send that is under way: what is wanted, and what became of its messages so far. */
export class SendInProgress {
  /** What became of its first messages. */
  readonly results: SendResult['parts'];
  /** Whether somebody has looked for a message of the user since it began. */
  hasLooked = false;
  /** The conversation after it, once that is known without a look. */
  conversation: Conversation | undefined;

  /** @param before how far an earlier try came */
  constructor(
    readonly request: SendRequest,
    readonly before: Checkpoint,
    readonly signal?: AbortSignal,
  ) {
    this.results = [...before.done];
  }

  readonly noteConversation = (conversation: Conversation): void => void (this.conversation = conversation);

  /** What nothing has become of yet. */
  get rest(): Part[] {
    return this.request.parts.slice(this.results.length);
  }

  get isDone(): boolean {
    return this.results.length === this.request.parts.length;
  }

  /** Under which an earlier try sent the next message, which may have arrived. */
  get triedId(): string | undefined {
    return this.results.length === this.before.done.length ? this.before.client_id : undefined;
  }

  /** What became of the next message. */
  add(outcome: Exclude<Outcome, { outcome: 'deferred' }>): void {
    this.results.push({ type: this.rest[0]!.type, ...outcome });
  }

  /** What became of the next message; nothing more is tried. */
  breakOff(outcome: Exclude<Outcome, { outcome: 'deferred' }>): void {
    this.add(outcome);
    while (!this.isDone) this.add({ outcome: 'not_sent' });
  }
}
