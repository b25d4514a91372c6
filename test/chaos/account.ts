import type { SeenMessage } from '../../emulator';
import type { Execution } from '../../tools/n8n/types';
import { endingsIn, type Ending } from '../soak/ending';
import { Ledger, type Bubble } from '../soak/ledger';
import { personOf } from './people';

/** One message that the person wrote. */
export interface Written {
  /** Its text, or the name of its file. */
  label: string;
  /** Nobody can make a message of it; that it is not lost in silence is told by a status item. */
  spoiled: boolean;
}

export interface Account {
  written: number;
  /** Messages with exactly one execution. */
  executed: number;
  /** In an answer that was cut off, and without an execution: the server does not send them again. */
  lostInCutReply: number;
  sent: number;
  outcomes: Record<string, number>;
  queued: number;
  /** Everything that cannot be. Empty when all is accounted for. */
  complaints: string[];
}

type Json = Record<string, unknown>;

/** What the node "Send" said of a message, or why it said nothing. */
function endingOf(execution: Execution): Ending | undefined {
  const [run] = execution.data.resultData.runData['Send'] ?? [];
  if (!run) return undefined;
  const json = run.data?.main[0]?.[0]?.json as (Json & { outcome?: Ending['outcome'] }) | undefined;
  if (run.error || json?.outcome === undefined) {
    return { outcome: 'not_sent', kind: run.error?.message ?? 'no output' };
  }
  const { message_id, client_id } = json as { message_id?: string; client_id?: string };
  const ids = { ...(message_id && { message_id }), ...(client_id && { client_id }) };
  return {
    outcome: json.outcome,
    ...ids,
    ...(json.outcome === 'refused' && { kind: String(json['reason']) }),
  };
}

/** The first item that a node gave. */
export function itemOf(execution: Execution, node: string): Json | undefined {
  return execution.data.resultData.runData[node]?.[0]?.data?.main[0]?.[0]?.json;
}

/** A byte or a character that was spoiled stands at the end of a text. */
function withoutSpoiled(text: string): string {
  return text.replace(/[^\w. ]+$/, '');
}

/** How something is called that is no message at all, and so neither text nor file: all of one kind are one to the product. */
export function bareLabel(json: string): string {
  return `bare ${json}`;
}

/** Text of a message, or the name of the file that it is. */
export function labelOf(json: Json): string {
  const [media] = (json['media'] ?? []) as { file_name?: string }[];
  const label = withoutSpoiled(String(json['text'] || media?.file_name || ''));
  return label || bareLabel(JSON.stringify(json['raw']));
}

/** What was sent to one person, and what was said to have become of it. */
export class Sends {
  private readonly ledger = new Ledger();
  private readonly expected = new Set<string>();
  private readonly complaints: string[] = [];

  /** @param label the text, or the name of the file */
  add(label: string, execution: Execution): void {
    this.expected.add(label);
    // What is sent at the same time by several workflows has no order that anybody promises.
    this.ledger.sent(label, 0);
    const ending = endingOf(execution);
    if (ending) this.ledger.ended(label, ending);
    else this.complaints.push(`Execution ${execution.id} (${execution.status}) says nothing of ${label}`);
  }

  /** A status item; most of them are about the connection. */
  notice(json: Json): void {
    if (!String(json['state']).startsWith('queued_')) return;
    const queued = (json['queued'] as { text?: string; file_name?: string }[]).map((one) => ({
      text: withoutSpoiled(one.text ?? one.file_name ?? ''),
    }));
    for (const [label, ending] of endingsIn({ ...json, queued })) this.ledger.ended(label, ending);
  }

  settle(seen: readonly SeenMessage[]): Pick<Account, 'sent' | 'outcomes' | 'queued' | 'complaints'> {
    const bubbles: Bubble[] = seen.filter(({ from }) => from === 'bot').map(bubbleOf);
    return {
      sent: this.expected.size,
      outcomes: this.ledger.outcomes,
      queued: this.ledger.queueing(bubbles).queued,
      complaints: [...this.complaints, ...this.ledger.complaints(bubbles)],
    };
  }
}

function bubbleOf({ text, media, message_id, client_id }: SeenMessage): Bubble & { text: string } {
  // As labels are, so that what an answer repeats of a spoiled text is known again.
  return {
    text: withoutSpoiled(text ?? media?.name ?? ''),
    message_id,
    ...(client_id !== undefined && { client_id }),
  };
}

/** What stands on the phone of somebody for whom it was not. @param phones each of one person, in their order */
export function misdirected(phones: readonly (readonly SeenMessage[])[]): string[] {
  return phones.flatMap((seen, person) =>
    seen
      .filter(({ from }) => from === 'bot')
      .flatMap((bubble) => bubbleOf(bubble).text.split('\n\n'))
      .filter((label) => personOf(label, phones.length) !== person)
      .map((label) => `${label} is shown to person ${person}`),
  );
}

/** What became of the messages that the person wrote. @param executions how many each label has */
export function settleWritten(
  written: readonly Written[],
  executions: ReadonlyMap<string, number>,
  given: (label: string) => boolean,
): Pick<Account, 'written' | 'executed' | 'lostInCutReply' | 'complaints'> {
  const countOf = ({ label }: Written): number => executions.get(label) ?? 0;
  const known = new Set(written.map(({ label }) => label));
  const good = written.filter(({ spoiled }) => !spoiled);
  const missing = good.filter((one) => countOf(one) === 0);
  return {
    written: written.length,
    executed: written.filter((one) => countOf(one) === 1).length,
    lostInCutReply: missing.filter(({ label }) => !given(label)).length,
    complaints: [
      ...missing
        .filter(({ label }) => given(label))
        .map(({ label }) => `${label} was given and has no execution`),
      ...written
        .filter((one) => countOf(one) > 1)
        .map((one) => `${one.label} has ${countOf(one)} executions`),
      ...[...executions.keys()]
        .filter((label) => !known.has(label))
        .map((label) => `${label} was never written`),
    ],
  };
}
