import { setTimeout as wait } from 'node:timers/promises';

import type { DuplicateStyle, Emulator } from '../../emulator';
import { SPOILINGS, type Spoiling } from '../../emulator/spoilings';
import { nextFault } from './faults';
import { bareLabel, type Written } from './account';
import { personOf, type Chat } from './people';

/** So long the person writes, and so long they are silent, so that the quota is used up and sends have to wait. */
const PHASE_MS = 20_000;
/**
 * So many requests to an endpoint pass before the next ones meet a fault. A fault that waited for each of them would be a server that is
 * down for good: a client that asks ever more rarely would find a new one each time.
 */
const PASSING = { least: 1, most: 3 };
const OFFLINE_MS = { least: 300, most: 3_000 };
const DUPLICATES: readonly DuplicateStyle[] = ['same', 'new_id', 'new_id_and_token', 'no_id'];

/** Those that leave nothing of the message, and what stands in its place. */
const BARE: Partial<Record<Spoiling, string>> = {
  null: 'null',
  number: '7',
  text: '"message"',
  list: '[]',
  empty_object: '{}',
};

export interface TrafficParts {
  emulator: Emulator;
  chats: readonly Chat[];
  n8nUrl: string;
  random: () => number;
}

/** The people who write, the workflows that send, and the faults between them. */
export class Traffic {
  readonly written: Written[] = [];
  /** Labels of what workflows were told to send. */
  readonly asked: string[] = [];
  /** Web requests that n8n did not take. */
  refused = 0;
  faults = 0;
  /** When the server was away, milliseconds since 1970. */
  readonly outages: { from: number; to: number }[] = [];
  private letters = 0;
  private tried = 0;
  private ended = false;

  constructor(private readonly parts: TrafficParts) {}

  /** Everything at once, until the time is over. */
  async run(ms: number): Promise<void> {
    const end = setTimeout(() => (this.ended = true), ms);
    try {
      await Promise.all([
        this.loop(200, 1_500, () => this.isTalking() && this.write()),
        this.loop(300, 2_500, () => this.ask('text')),
        this.loop(4_000, 9_000, () => this.ask('file')),
        this.loop(10_000, 25_000, () => this.ask('login')),
        this.loop(500, 1_000, () => this.scan()),
        this.loop(150, 900, () => this.plan()),
        this.loop(15_000, 40_000, () => this.goAway()),
      ]);
    } finally {
      clearTimeout(end);
    }
    this.parts.emulator.faults.clear();
  }

  /** Somebody writes something that n8n is to answer. */
  async write(person = Math.floor(this.parts.random() * this.parts.chats.length)): Promise<void> {
    const { emulator, chats, random } = this.parts;
    const chat = chats[person]!;
    const label = `m${this.letters++ * chats.length + person}`;
    const chance = random();
    if (chance < 0.1) {
      this.written.push({ label: `${label}.txt`, spoiled: false });
      const media = { kind: 'file' as const, name: `${label}.txt`, bytes: Buffer.from(label.repeat(2_000)) };
      await emulator.write({ ...chat, media });
    } else if (chance < 0.16) {
      const how = SPOILINGS[Math.floor(random() * SPOILINGS.length)]!;
      const bare = BARE[how];
      const itsLabel = bare === undefined ? `${label} spoiled` : bareLabel(bare);
      this.written.push({ label, spoiled: false }, { label: itsLabel, spoiled: true });
      await emulator.writeTogether([
        { ...chat, text: `${label} spoiled`, spoiled: how },
        { ...chat, text: label },
      ]);
    } else {
      this.written.push({ label, spoiled: false });
      await emulator.write({ ...chat, text: label });
    }
    if (chance > 0.9) emulator.repeat(chat, DUPLICATES[Math.floor(random() * DUPLICATES.length)]);
  }

  private isTalking(): boolean {
    return Math.floor(Date.now() / PHASE_MS) % 2 === 0;
  }

  private async ask(what: 'text' | 'file' | 'login'): Promise<void> {
    const { chats } = this.parts;
    // As many as were tried, so that one that n8n did not take leaves nothing that could be mistaken for it.
    const text = `s${this.tried++}`;
    const response = await fetch(`${this.parts.n8nUrl}/webhook/chaos-${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, to: chats[personOf(text, chats.length)]!.user_id }),
    }).catch(() => undefined);
    await response?.arrayBuffer();
    if (!response?.ok) this.refused++;
    else if (what !== 'login') this.asked.push(what === 'file' ? `${text}.txt` : text);
  }

  /** Whoever sees a code scans and confirms it. */
  private scan(): void {
    const { emulator } = this.parts;
    for (const { qr_url, view } of emulator.openLogins()) {
      if (view.status === 'wait') emulator.scan(qr_url);
      else if (view.status === 'scaned') emulator.confirm(qr_url);
    }
  }

  private plan(): void {
    const { emulator, random } = this.parts;
    const fault = nextFault(random);
    const passing = Math.floor(random() * (PASSING.most - PASSING.least + 1));
    if (emulator.faults.pending().some(({ endpoint }) => endpoint === fault.endpoint)) return;
    emulator.faults.add({ ...fault, skip: PASSING.least + passing });
    this.faults++;
  }

  private async goAway(): Promise<void> {
    const { emulator, random } = this.parts;
    const from = Date.now();
    await emulator.goOffline(random() < 0.5 ? 'refused' : 'reset');
    await wait(OFFLINE_MS.least + random() * (OFFLINE_MS.most - OFFLINE_MS.least));
    await emulator.goOnline();
    this.outages.push({ from, to: Date.now() });
  }

  private async loop(leastMs: number, mostMs: number, act: () => unknown): Promise<void> {
    while (!this.ended) {
      await wait(leastMs + this.parts.random() * (mostMs - leastMs));
      if (!this.ended) await act();
    }
  }
}
