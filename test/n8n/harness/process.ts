import { join } from 'node:path';
import type { TriggerContext } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';

import type { RetainedBot } from '../../../bot/registry';
import { BotRegistry } from '../../../bot/registry';
import { readCredential } from '../../../nodes/WeChat/shared/credential';
import { report } from '../../../nodes/WeChat/shared/log';
import { Listening } from '../../../nodes/WeChat/trigger/listen';
import { readSettings } from '../../../nodes/WeChat/trigger/settings';
import { SqliteStore } from '../../../store/sqlite/sqlite-store';
import { FakeClock } from '../../support/fake-clock';
import { tempFolder } from '../../support/temp-folder';
import type { Person, Stage } from './stage';
import type { TriggerLog } from './triggers';
import type { NodeDraft } from './workflow';

/** A quarter of a second is less than any pause in the code under test. */
const STEP_MS = 250;
const TURNS_PER_STEP = 5;
/** More polls than are under way at the same time. */
const LATEST = 20;
const LIMIT_MS = 8_000;

/** A workflow whose trigger listens in a {@link TestProcess}. */
export class Heard {
  constructor(
    readonly context: TriggerContext,
    readonly log: TriggerLog,
    readonly listening: Listening,
    private readonly settings: ReturnType<typeof readSettings>,
  ) {}

  /** The texts of the messages that started an execution, in order. */
  get texts(): unknown[] {
    return this.log.items.filter(({ type }) => type !== 'status').map(({ text }) => text);
  }

  /** The items about the connection, in order. */
  get statuses(): IDataObject[] {
    return this.log.items.filter(({ type }) => type === 'status');
  }

  get states(): unknown[] {
    return this.statuses.map(({ state }) => state);
  }

  get keys(): Array<string | undefined> {
    return this.log.emits.map(({ deduplicationKey }) => deduplicationKey);
  }

  /** The same workflow, listening again: after {@link Listening.close}, or in another process. */
  async again(process: TestProcess): Promise<Heard> {
    const { bots, clock } = process;
    const heard = new Heard(
      this.context,
      this.log,
      new Listening(this.context, this.settings, { bots, clock }),
      this.settings,
    );
    await heard.start();
    return heard;
  }

  async start(): Promise<void> {
    this.listening.start(readCredential(await this.context.getCredentials('weChatBotApi')));
    await this.listening.settled;
  }
}

/** One n8n process as far as this package sees it: a registry of bots, on a store that others may share, and a clock. */
export class TestProcess {
  readonly clock = new FakeClock();
  readonly reports: string[] = [];
  readonly path: string;
  readonly bots: BotRegistry;
  store: SqliteStore | undefined;
  private readonly heard: Heard[] = [];
  private readonly people = new Set<Person>();
  private readonly leases: RetainedBot[] = [];

  /** @param like another process whose store and time this one shares */
  constructor(
    private readonly stage: Stage,
    like?: TestProcess,
    private readonly openStore: (path: string, now: number) => SqliteStore = (path, now) =>
      SqliteStore.open(path, now, () => undefined),
  ) {
    this.path = like?.path ?? join(tempFolder(), 'wechat.sqlite');
    if (like) this.clock.set(like.clock.now() - this.clock.now());
    this.bots = new BotRegistry({
      clock: this.clock,
      openStore: () => (this.store = this.openStore(this.path, this.clock.now())),
      keep: { days: 7, messages: 1_000 },
      report: (event, error) => {
        this.reports.push(event.code);
        report(event, error);
      },
      // All of these processes have one number, and one that has its own again would count as dead.
      isDead: () => false,
    });
  }

  /** Activates a workflow of this person's trigger and what comes after it; `manual` for a test in the editor. */
  async listen(
    person: Person,
    options: IDataObject = {},
    { after = [], manual = false }: { after?: NodeDraft[]; manual?: boolean } = {},
  ): Promise<Heard> {
    this.people.add(person);
    const drafts = [person.trigger({ options } as NodeDraft['parameters']), ...after];
    const { context, log } = this.stage.n8n.triggerContext(drafts);
    if (manual) jest.spyOn(context, 'getMode').mockReturnValue('manual');
    const settings = readSettings(context);
    const { bots, clock } = this;
    const heard = new Heard(context, log, new Listening(context, settings, { bots, clock }), settings);
    this.heard.push(heard);
    await heard.start();
    return heard;
  }

  /**
   * Lets time pass until `condition` holds. The clock stands still while the server has a request to answer, so what is
   * waited for is never the real time.
   *
   * @param others processes whose time passes together with this one's
   */
  async until(condition: () => boolean, others: TestProcess[] = []): Promise<void> {
    const startedAt = performance.now();
    while (!condition()) {
      if (performance.now() - startedAt > LIMIT_MS)
        throw new Error(`Not within ${LIMIT_MS} ms: ${condition.toString()}`);
      for (let turn = 0; turn < TURNS_PER_STEP; turn++) await new Promise((resolve) => setImmediate(resolve));
      if (condition() || [...this.people].some((person) => this.isAnswering(person))) continue;
      for (const { clock } of [this, ...others]) await clock.advance(STEP_MS);
    }
  }

  /** Whether the server has a poll that it neither holds nor has answered. */
  private isAnswering({ botId }: Person): boolean {
    const { server } = this.stage;
    const open = server
      .requests('getupdates')
      .slice(-LATEST)
      .filter(({ bot_id, outcome }) => bot_id === botId && outcome === 'pending');
    return open.length > server.polls(botId);
  }

  /** The process is gone from one moment to the next: nothing is written, given back or said any more. */
  async die(): Promise<void> {
    this.clock.cancelAll();
    jest.spyOn(this.clock, 'after').mockReturnValue(() => undefined);
    for (const { context } of this.heard) {
      this.leases.push(this.bots.retain(readCredential(await context.getCredentials('weChatBotApi'))));
    }
    // No transaction can happen after this one.
    await this.store?.close();
    await Promise.all(this.leases.map(({ bot }) => bot.close()));
  }

  /** Ends it as n8n does when it shuts down. */
  async stop(): Promise<void> {
    await Promise.all(this.heard.map(({ listening }) => listening.close()));
  }
}
