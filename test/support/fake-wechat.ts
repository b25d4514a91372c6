import type { ILinkError } from '../../ilink/errors';
import type { OutboundMessage } from '../../ilink/wire';

/** Takes messages as WeChat does: one under a `client_id` that came before is not shown again. */
export class FakeWeChat {
  /** Every request that reached it. */
  readonly asked: OutboundMessage[] = [];
  /** What the users see. */
  readonly shown: OutboundMessage[] = [];
  /** What goes wrong with the next ones, in order: it is refused, or it arrives and the answer gets lost. */
  readonly faults: Array<ILinkError | { lost: ILinkError } | undefined> = [];
  /** Called when a message has arrived, before the answer goes out. */
  onArrival: (message: OutboundMessage) => Promise<void> = () => Promise.resolve();
  private readonly ids = new Map<string, string>();

  async sendMessage(message: OutboundMessage): Promise<{ message_id?: string }> {
    this.asked.push(message);
    const fault = this.faults.shift();
    if (fault instanceof Error) throw fault;
    const known = this.ids.get(message.client_id);
    const message_id = known ?? String(1_000 + this.ids.size);
    this.ids.set(message.client_id, message_id);
    if (!known) this.shown.push(message);
    await this.onArrival(message);
    if (fault) throw fault.lost;
    return { message_id };
  }

  /** The texts that users see, those that were merged by themselves again. */
  get lines(): string[] {
    return this.shown.flatMap(({ item }) => (item.text_item?.text ?? '').split(/\n+/));
  }
}
