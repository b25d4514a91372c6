import type { Ending } from './ending';

/** One bubble of the bot on a phone. */
export interface Bubble {
  text?: string;
  message_id: string;
  client_id?: string;
}

const BETWEEN_QUEUED = '\n\n';

interface Entry {
  text: string;
  /** Messages of one group go out at the same time, so their order is nobody's promise. */
  group: number;
  endings: Ending[];
}

/**
 * What was sent to one user, and what was said to have become of it. Every text is sent once. What has to hold between that
 * and the phone:
 *
 * 1. Every message has exactly one ending; one that was queued has a second one when it left the queue.
 * 2. The phone shows no message twice, and none that was not sent.
 * 3. *accepted*: the phone shows it, under the id that was reported.
 * 4. *unconfirmed*: it may be shown. That is what the word means.
 * 5. Everything else (*refused*, *expired*, *not sent*, *queued* and not ended since): the phone does not show it.
 * 6. Messages that were sent one after another are shown in that order.
 *
 * Queued texts go out together, with an empty line between them: one bubble then shows several messages.
 */
export class Ledger {
  private readonly entries = new Map<string, Entry>();
  private readonly unknown: string[] = [];

  sent(text: string, group: number): void {
    if (this.entries.has(text)) throw new Error(`${short(text)} is sent twice: the soak itself is wrong`);
    this.entries.set(text, { text, group, endings: [] });
  }

  ended(text: string, ending: Ending): void {
    const entry = this.entries.get(text);
    if (entry) entry.endings.push(ending);
    else this.unknown.push(text);
  }

  /** How many messages ended how; those that were queued count by their last ending. */
  get outcomes(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { endings } of this.entries.values()) {
      const last = endings.at(-1);
      const name = last ? nameOf(last) : 'none';
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  /** How many messages waited for their user, and in how many bubbles several of them came together. */
  queueing(bubbles: readonly Bubble[]): { queued: number; merged: number } {
    const queued = [...this.entries.values()].filter(({ endings }) => endings[0]?.outcome === 'queued');
    const merged = bubbles.filter(({ text = '' }) => text.includes(BETWEEN_QUEUED));
    return { queued: queued.length, merged: merged.length };
  }

  /** Everything that does not hold, in words. Empty when all is well. */
  complaints(bubbles: readonly Bubble[]): string[] {
    const byText = new Map<string, Bubble[]>();
    const shown = bubbles.flatMap((bubble) =>
      (bubble.text ?? '').split(BETWEEN_QUEUED).map((text) => ({ ...bubble, text })),
    );
    for (const bubble of shown) {
      const { text } = bubble;
      byText.set(text, [...(byText.get(text) ?? []), bubble]);
    }
    return [
      ...this.unknown.map((text) => `${short(text)} has an ending and was never sent`),
      ...[...byText.keys()]
        .filter((text) => !this.entries.has(text))
        .map((text) => `${short(text)} is shown and was never sent`),
      ...[...this.entries.values()].flatMap((entry) => complain(entry, byText.get(entry.text) ?? [])),
      ...this.orderComplaints(shown),
    ];
  }

  private orderComplaints(bubbles: readonly Bubble[]): string[] {
    const known = bubbles.flatMap(({ text }) => this.entries.get(text ?? '') ?? []);
    return known
      .filter(({ group }, index) => index > 0 && group < known[index - 1]!.group)
      .map(({ text }) => `${short(text)} is shown after one that was sent later`);
  }
}

function nameOf({ outcome, kind }: Ending): string {
  return kind === undefined ? outcome : `${outcome}: ${kind}`;
}

function complain({ text, endings }: Entry, shown: readonly Bubble[]): string[] {
  const [first, second, third] = endings;
  const mayGoOn = first?.outcome === 'queued' && third === undefined;
  if (!first || (second && !mayGoOn)) {
    return [`${short(text)} has ${endings.length} endings: ${endings.map(nameOf).join(', ') || 'none'}`];
  }
  const last = second ?? first;
  const is = `${short(text)} was ${nameOf(last)} and is shown`;
  if (shown.length > 1) return [`${is} ${shown.length} times`];
  if (!mustBeShown(last)) return shown.length === 1 && !mayBeShown(last) ? [is] : [];
  const [bubble] = shown;
  if (!bubble) return [`${short(text)} was accepted and is not shown`];
  const { message_id, client_id } = last;
  if (message_id !== bubble.message_id) return [`${is} as ${bubble.message_id} instead of ${message_id}`];
  return client_id === bubble.client_id ? [] : [`${is} under another client id`];
}

/** Enough to find it by: every text begins with its number. */
function short(text: string): string {
  return JSON.stringify(text.slice(0, 30));
}

function mustBeShown({ outcome }: Ending): boolean {
  return outcome === 'accepted';
}

function mayBeShown({ outcome }: Ending): boolean {
  return outcome === 'unconfirmed';
}
