import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import type { StoreReport, Unusable } from '../report';
import { STORE_DAMAGED, STORE_GONE } from '../store';
import type { Database } from './database';
import { busyError, isBusy, mayBeDamage, unusableBecause } from './failures';
import { deviceOfPlace, fileNumber } from './files';
import { GroupCommit } from './group-commit';
import { beginAnew, isLarge, isSound, tryOpen, type Place } from './open';
import { lockOpeningInTurn } from './opening-lock';
import { breathe, pause, stepwise } from './steps';
import { pauseMs, whenFree } from './when-free';
import { WriteAheadLog } from './write-ahead-log';

/** How long anything waits until another process lets go of the file. Shorter than n8n waits for its own end (30 s). */
const TIMEOUT_MS = 25_000;
/** A disk that damages a file again and again would be filled with what is set aside. */
const MOST_REPAIRS = 3;
const REPAIRS_WITHIN_MS = 600_000;

/**
 * How everything here gets at the file. What cannot be done because another process has it is done later, in the order of the
 * calls, and nobody is held up meanwhile. A file that is found to be damaged or gone is replaced while the callers wait.
 */
export class Access {
  /** What waits for its turn to write. */
  private waiting = 0;
  private lastInRow: Promise<unknown> = Promise.resolve();
  private readonly together = new GroupCommit(
    (action) => this.tryInTurn(() => this.database.transaction(action)),
    (action) => this.writeOne(() => this.database.transaction(action)),
    (action) => this.writeOne(action),
  );
  private repair: Promise<void> | undefined;
  private readonly repairedAt: number[] = [];
  private file: number | undefined;
  private readonly log: WriteAheadLog;
  private readonly device: number | undefined;
  /** How often the file became another one. */
  generation = 0;

  /**
   * @param onNewFile called when another file has taken the place of the one before, with everything that was saved in it
   * @param report told when a file could not be checked
   */
  constructor(
    readonly database: Database,
    private readonly place: Place,
    private readonly onNewFile: () => void,
    private readonly report: (event: StoreReport, error: unknown) => void,
  ) {
    this.log = new WriteAheadLog(place.path);
    this.file = fileNumber(place.path);
    this.device = deviceOfPlace(dirname(place.path));
  }

  /** Reads. @throws when the file cannot be had within 25 s, or not at all */
  read<Result>(action: () => Result): Promise<Result> {
    const [done, result] = this.try(action);
    return done ? Promise.resolve(result as Result) : this.persist(action, result);
  }

  /**
   * Runs `action` in one transaction, after everything that was to be written before.
   *
   * @param action may be run more than once
   * @param durable whether it has to be on the disk when this is resolved, and not only safe from a crash of the process
   * @throws when the file cannot be had within 25 s, or not at all
   */
  write<Result>(action: () => Result, durable = false): Promise<Result> {
    this.together.flush();
    return this.writeOne(() => this.database.transaction(action, durable));
  }

  /** The same for statements of which each is a transaction of its own, which is cheaper. */
  writeOne<Result>(write: () => Result): Promise<Result> {
    const [done, result] = this.tryInTurn(write);
    if (done) return Promise.resolve(result as Result);
    return this.inRow((deadline) => this.persist(write, result, deadline));
  }

  /** As {@link write}, together with what else is to be written in this turn; see {@link GroupCommit.write}. */
  writeTogether<Result>(action: () => Result, byItself?: () => Result): Promise<Result> {
    return this.together.write(action, byItself);
  }

  /** As {@link write}, with the next {@link writeTogether} or at the end of this turn. */
  writeAlong<Result>(action: () => Result): Promise<Result> {
    return this.together.join(action);
  }

  /** Reads all of the file on another thread, and replaces it when it is damaged. Never fails. */
  async checkAll(): Promise<void> {
    try {
      if (!(await isSound(this.place.path))) await this.mend('damaged');
    } catch (error) {
      this.report({ code: 'soundness_unknown' }, error);
    }
  }

  /** Closes the file when nothing of here is at work on it any more, on this thread or another. */
  async close(): Promise<void> {
    this.together.flush();
    await this.repair?.catch(() => undefined);
    await this.log.settled();
    this.database.close();
  }

  private inRow<Result>(job: (deadline: number) => Promise<Result>): Promise<Result> {
    const deadline = performance.now() + TIMEOUT_MS;
    this.waiting++;
    const result = this.lastInRow.then(() => job(deadline));
    const leave = (): void => void this.waiting--;
    this.lastInRow = result.then(leave, leave);
    return result;
  }

  /** Writes, unless others wait to do so. @returns as {@link try} */
  private tryInTurn(write: () => unknown): [done: boolean, resultOrError: unknown] {
    const tried = this.waiting === 0 ? this.try(write) : ([false, undefined] as [boolean, unknown]);
    this.log.written();
    return tried;
  }

  /** @returns whether it was done, and its result; else why not */
  private try(action: () => unknown): [done: boolean, resultOrError: unknown] {
    if (this.repair) return [false, undefined];
    try {
      this.lookForFile();
      return [true, action()];
    } catch (error) {
      return [false, error];
    }
  }

  /** Does it when it can be done. @param failure of the first try */
  private async persist<Result>(
    action: () => Result,
    failure: unknown,
    deadline = performance.now() + TIMEOUT_MS,
  ): Promise<Result> {
    let repaired = false;
    for (let tries = 0; ; tries++) {
      if (failure !== undefined && !isBusy(failure)) {
        if (repaired || !needsRepair(failure)) throw failure;
        repaired = true;
        await this.mend(reasonOf(failure));
      } else if (tries > 0) await pause(pauseMs(tries));
      await this.repair;
      if (performance.now() > deadline) throw failure ?? busyError();
      const [done, result] = this.try(action);
      if (done) return result as Result;
      failure = result;
    }
  }

  /** On most systems a file that was deleted can still be read and written, and is gone with the process. */
  private lookForFile(): void {
    if (fileNumber(this.place.path) !== this.file) throw new FileMoved();
  }

  /** @param reason why the file cannot be used; nothing when that has to be found out */
  private mend(reason: Unusable | undefined): Promise<void> {
    this.repair ??= this.mendInTurn(reason).finally(() => (this.repair = undefined));
    return this.repair;
  }

  private async mendInTurn(reason: Unusable | undefined): Promise<void> {
    const { path } = this.place;
    if (deviceOfPlace(dirname(path)) !== this.device) throw storeGone();
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const lock = await lockOpeningInTurn(path);
    try {
      await whenFree(() => this.replace(reason), TIMEOUT_MS);
    } finally {
      lock.release();
    }
  }

  private async replace(reason: Unusable | undefined): Promise<void> {
    const found = fileNumber(this.place.path);
    if (found === undefined) await this.begin('deleted', this.database);
    // Another process was first.
    else if (found !== this.file) await this.reopen();
    else if (reason !== undefined) await this.begin(reason);
    else await this.reopen();
  }

  /** Opens what lies there, and begins anew when that is damaged. */
  private async reopen(): Promise<void> {
    const { path } = this.place;
    try {
      if (isLarge(path) && !(await isSound(path))) return await this.begin('damaged');
      await this.use(tryOpen(path));
    } catch (error) {
      const reason = unusableBecause(error);
      if (reason === undefined) throw error;
      await this.begin(reason);
    }
  }

  private async begin(reason: Unusable, held?: Database): Promise<void> {
    const now = performance.now();
    const recent = this.repairedAt.filter((at) => now - at < REPAIRS_WITHIN_MS);
    if (recent.length >= MOST_REPAIRS) throw damagedAgain(reason);
    const fresh = await stepwise(beginAnew(this.place, reason, held), breathe);
    this.repairedAt.push(now);
    await this.use(fresh);
  }

  private async use(fresh: Database): Promise<void> {
    this.database.become(fresh);
    this.file = fileNumber(this.place.path);
    this.generation++;
    await whenFree(() => this.onNewFile(), TIMEOUT_MS);
  }
}

/** The file is another one than was opened, or none. */
class FileMoved extends Error {}

function needsRepair(error: unknown): boolean {
  return error instanceof FileMoved || mayBeDamage(error);
}

function reasonOf(error: unknown): Unusable | undefined {
  return error instanceof FileMoved ? undefined : unusableBecause(error);
}

/** The disk of the folder was taken away: a new file would lie on another one, and hide the right one later. */
function storeGone(): Error {
  return Object.assign(new Error(STORE_GONE), { code: STORE_GONE });
}

function damagedAgain(reason: Unusable): Error {
  return Object.assign(new Error(`${STORE_DAMAGED}: ${reason}`), { code: STORE_DAMAGED });
}
