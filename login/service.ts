import { randomUUID } from 'node:crypto';

import type { Clock } from '../ilink/clock';
import { readVerifyCode } from './state';
import type { LoginDeps } from './requests';
import type { Store } from '../store/store';
import { proveLogin, type ConfirmedLogin } from './proof';
import { isUnderWay, startedBy, type LoginOutcome, type LoginRecord, type LoginTarget } from './record';
import { digestOf, LoginRecords, newSecret } from './records';
import { PageRates } from './rates';
import type { LoginReport } from './report';
import { LoginRunner, type SaveLogin } from './runner';

export interface ServiceDeps {
  store: () => Promise<Store>;
  clock: Clock;
  report: (event: LoginReport, error?: unknown) => void;
}

/** What a login needs to go on in this process. */
export interface LoginConnection {
  login: LoginDeps;
  save: SaveLogin;
  /** Gives back what the login used. */
  close?: () => Promise<void>;
}

/** What a browser may know of its login, or why it gets to know nothing. */
export type Seen = { access: 'yes'; record: LoginRecord } | { access: 'unused' | 'elsewhere' | 'unknown' };

interface Running {
  page: string;
  runner: LoginRunner;
  ending: AbortController;
}

/** As many logins at once as a person can have phones, and many more. */
const MOST_RUNNING = 25;
/** How often a page looks whether another process has finished one of its logins. */
const CHECK_MS = 5_000;

/**
 * The logins of this process: hands out tickets for links, lets the browser with a ticket start and follow its login, and
 * tells whoever watches the page of the end. The state is in the store, so that another process can take over.
 */
export class LoginService {
  private readonly id = randomUUID();
  private readonly records: LoginRecords;
  private readonly running = new Map<string, Running>();
  private readonly ended = new Set<() => void>();
  /** How much the pages of this process let through. */
  readonly rates: PageRates;

  constructor(private readonly deps: ServiceDeps) {
    this.records = new LoginRecords(deps.store, deps.clock);
    this.rates = new PageRates(deps.clock);
  }

  /** A ticket for one login on `page`. Only its digest is kept. */
  async ticket(page: string, target: LoginTarget, lifeMs: number): Promise<string> {
    const ticket = newSecret();
    const key = digestOf(ticket);
    const expiresAtMs = this.deps.clock.now() + lifeMs;
    await this.records.create(key, { page, target, expiresAtMs, phase: 'open' });
    this.rates.meet(key);
    return ticket;
  }

  /** What the browser may see. Starts nothing and uses nothing up. */
  async look(page: string, ticket: string, browser: string | undefined): Promise<Seen> {
    const key = digestOf(ticket);
    const record = await this.records.read(key);
    if (!record || record.page !== page) return { access: 'unknown' };
    this.rates.meet(key);
    if (record.browser === undefined) return { access: 'unused' };
    if (browser === undefined || record.browser !== digestOf(browser)) return { access: 'elsewhere' };
    return { access: 'yes', record };
  }

  /** The first browser that does this owns the link. Starts the login, or starts it again after it failed or rested. */
  async start(page: string, ticket: string, browser: string, connect: () => LoginConnection): Promise<Seen> {
    const key = digestOf(ticket);
    const owner = digestOf(browser);
    const known = await this.records.read(key);
    if (!known || known.page !== page) return { access: 'unknown' };
    const changed = await this.records.change(key, (record) => startedBy(record, owner));
    if (!changed) return { access: 'unknown' };
    if (changed.record.browser !== owner) return { access: 'elsewhere' };
    this.resume(key, changed.record, connect);
    return { access: 'yes', record: changed.record };
  }

  /** The number that the person read from the phone. @returns whether it can be one */
  async type(ticket: string, text: string): Promise<boolean> {
    const typedCode = readVerifyCode(text);
    if (typedCode === undefined) return false;
    const key = digestOf(ticket);
    await this.records.change(key, (record) =>
      record.state?.status === 'need_verifycode' ? { ...record, typedCode } : undefined,
    );
    this.running.get(key)?.runner.wake();
    return true;
  }

  /** Goes on with a login that nobody works on: the process that did has died. */
  resumeSeen(ticket: string, record: LoginRecord, connect: () => LoginConnection): void {
    this.resume(digestOf(ticket), record, connect);
  }

  /** Marks that the watcher has heard of the end. @returns what it led to, the first time */
  async tell(key: string): Promise<LoginOutcome | undefined> {
    const change = await this.records.change(key, (record) =>
      record.phase === 'done' && !record.told ? { ...record, told: true } : undefined,
    );
    return change?.changed ? change.record.outcome : undefined;
  }

  /** The login of `page` that its watcher heard of last. */
  async lastTold(page: string): Promise<LoginOutcome | undefined> {
    const told = (await this.records.ofPage(page)).map(([, record]) => record).filter(({ told }) => told);
    return told.sort((one, other) => other.expiresAtMs - one.expiresAtMs)[0]?.outcome;
  }

  /** The key under which {@link tell} knows the login of a ticket. */
  keyOf(ticket: string): string {
    return digestOf(ticket);
  }

  /**
   * Tells of every login of `page` that ends, in whichever process, and goes on with those that a restart has interrupted.
   *
   * @param onEnd has to be done before the login counts as told; it may come twice after a crash
   * @returns stops it, and rests the logins of the page until somebody watches it again
   */
  watch(
    page: string,
    connect: () => LoginConnection,
    onEnd: (key: string, outcome: LoginOutcome) => void,
  ): () => void {
    let stopped = false;
    let cancel = (): void => undefined;
    const look = (): Promise<void> => this.lookThrough(page, connect, onEnd, () => stopped);
    const failed = (error: unknown): void => this.deps.report({ code: 'logins_not_read' }, error);
    let looking = Promise.resolve();
    const lookNow = (): void => {
      looking = looking.then(look).catch(failed);
    };
    const round = (): void => {
      if (stopped) return;
      lookNow();
      cancel = this.deps.clock.after(CHECK_MS, round, true);
    };
    this.ended.add(lookNow);
    round();
    return () => {
      stopped = true;
      cancel();
      this.ended.delete(lookNow);
      for (const running of this.running.values()) if (running.page === page) running.ending.abort();
    };
  }

  private async lookThrough(
    page: string,
    connect: () => LoginConnection,
    onEnd: (key: string, outcome: LoginOutcome) => void,
    isStopped: () => boolean,
  ): Promise<void> {
    for (const [key, record] of await this.records.ofPage(page)) {
      if (isStopped()) return;
      this.resume(key, record, connect);
      if (record.phase !== 'done' || record.told || !record.outcome) continue;
      onEnd(key, record.outcome);
      await this.tell(key);
    }
  }

  private resume(key: string, record: LoginRecord, connect: () => LoginConnection): void {
    const { runner } = record;
    const free = !runner || runner.id === this.id || runner.untilMs <= this.deps.clock.now();
    if (!isUnderWay(record) || this.running.has(key) || !free) return;
    if (this.running.size >= MOST_RUNNING) {
      this.deps.report({ code: 'too_many_logins', facts: { most: MOST_RUNNING } });
      return;
    }
    void this.run(key, record.page, connect()).catch((error: unknown) =>
      this.deps.report({ code: 'login_broke_off' }, error),
    );
  }

  /** When it fails, the first message of the person proves the same, and the token must not be lost for it. */
  private async prove(confirmed: ConfirmedLogin): Promise<void> {
    try {
      await proveLogin((await this.deps.store()).logins, confirmed);
    } catch (error) {
      this.deps.report({ code: 'proof_not_noted' }, error);
    }
  }

  private async run(key: string, page: string, { login, save, close }: LoginConnection): Promise<void> {
    const runner = new LoginRunner(key, {
      records: this.records,
      login,
      save,
      prove: (confirmed) => this.prove(confirmed),
      id: this.id,
    });
    const ending = new AbortController();
    this.running.set(key, { page, runner, ending });
    try {
      await runner.run(ending.signal);
    } finally {
      this.running.delete(key);
      await close?.();
      for (const look of this.ended) look();
    }
  }
}
