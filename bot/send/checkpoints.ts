import { hash } from 'node:crypto';

import type { Clock } from '../../ilink/clock';
import type { SendProgress, Store } from '../../store/store';
import type { SendIdentity, SendResult, SendRun } from './message';
import type { Report } from '../report';

/** How far a send came. It is kept as JSON, so an outcome in it has no `error`. */
export interface Checkpoint {
  /** The first parts, which are not to be repeated. */
  done: SendResult['parts'];
  /** Under which the next part was tried, when it may have arrived. */
  client_id?: string;
}

/** What stands in the store. The digests say which parts those were: somebody may have edited them since. */
interface State extends Checkpoint {
  digests: string[];
}

/** n8n keeps executions for 14 days, unless told otherwise; a retry that comes later than this is a new send. */
const LIFE_MS = 14 * 24 * 3_600_000;
const NOTHING: Checkpoint = { done: [] };
/** Many sends share one write then. What a crash leaves behind goes out again under its id, which the server knows. */
const SOON_MS = 100;

/**
 * How far sends came, so that a retry goes on from there, in whatever way the one before ended: it failed, was cancelled, or its
 * process died. One rule: what was accepted is not repeated, and what may have arrived goes out again under the same id only.
 * Another execution that sends the same text means it.
 */
export class SendCheckpoints {
  /** Finished, and still in the store. */
  private readonly toForget = new Set<string>();
  /** The same, while they are being deleted. */
  private forgetting = new Set<string>();
  private cancelWrite: (() => void) | undefined;

  constructor(
    private readonly deps: {
      store: () => Promise<Store>;
      /** Whose sends these are. */
      bot?: string;
      clock: Clock;
      report: Report;
    },
  ) {}

  /** How far the same send came before. */
  async resume(identity: SendIdentity | undefined): Promise<Checkpoint> {
    if (!identity) return NOTHING;
    try {
      const found = await this.find(identity);
      return found ? commonProgress(JSON.parse(found.state) as State, identity.parts) : NOTHING;
    } catch (error) {
      this.deps.report({ code: 'progress_not_read' }, error);
      return NOTHING;
    }
  }

  /** Before a message goes out under this id. What the process cannot say any more if it dies is said now. */
  async trying(identity: SendIdentity | undefined, progress: Checkpoint): Promise<void> {
    // The end of the process leaves it; a power cut may cost it, and waiting for the disk would cost every send.
    await this.note(identity, progress, true, false);
  }

  /** It broke off. A retry goes on from here. */
  async brokeOff(identity: SendIdentity | undefined, progress: Checkpoint): Promise<void> {
    await this.note(identity, progress, true);
  }

  /**
   * Nothing is left to do. Of a send that needed a retry that stays known, so that a further retry of the same execution does not
   * send all of it again.
   */
  async finished(
    identity: SendIdentity | undefined,
    progress: Checkpoint,
    wasResumed: boolean,
  ): Promise<void> {
    if (!identity) return;
    if (identity.isRetry || wasResumed) return this.note(identity, progress, false);
    this.toForget.add(keyOf(identity));
    this.cancelWrite ??= this.deps.clock.after(SOON_MS, () => void this.write(), true);
  }

  /** Writes what is not written yet. Never fails. */
  async write(): Promise<void> {
    this.cancelWrite?.();
    this.cancelWrite = undefined;
    const names = [...this.toForget];
    if (names.length === 0) return;
    this.toForget.clear();
    const forgetting = (this.forgetting = new Set([...this.forgetting, ...names]));
    await this.writing(async ({ unfinished }) => {
      await Promise.all(names.map((name) => unfinished.forget(name)));
    });
    if (this.forgetting === forgetting) forgetting.clear();
  }

  private async find(identity: SendIdentity): Promise<SendProgress | undefined> {
    const store = await this.deps.store();
    const { execution, isRetry } = identity;
    // A retry looks at sends of other names, too.
    if (isRetry) await this.write();
    // One look for all sends of a run: hardly any of them was tried before.
    else if (!(await hasEarlier(store, identity.run))) return undefined;
    const name = keyOf(identity);
    if (this.toForget.has(name) || this.forgetting.has(name)) return undefined;
    const found = await findIn(store, identity, name);
    if (!found || Math.abs(this.deps.clock.now() - found.at) >= LIFE_MS) return undefined;
    // What this very execution has finished it means when it sends it again. A retry is another execution than the one before.
    const isOurs = found.execution === execution ? found.isOpen : isRetry;
    return isOurs ? found : undefined;
  }

  private async note(
    identity: SendIdentity | undefined,
    progress: Checkpoint,
    isOpen: boolean,
    isDurable = true,
  ): Promise<void> {
    if (!identity) return;
    const { execution, parts } = identity;
    const digests = parts.slice(0, progress.done.length + 1).map(digest);
    const state = JSON.stringify({ ...progress, digests } satisfies State);
    const content = contentOf(identity);
    const at = this.deps.clock.now();
    const { bot } = this.deps;
    const progressed = { execution, content, isOpen, state, at, ...(bot !== undefined && { bot }) };
    const known = keyOf(identity);
    this.toForget.delete(known);
    this.forgetting.delete(known);
    await this.writing(async (store) => store.unfinished.note(known, progressed, isDurable));
  }

  private async writing(action: (store: Store) => Promise<void>): Promise<void> {
    try {
      const store = await this.deps.store();
      await action(store);
    } catch (error) {
      this.deps.report({ code: 'progress_not_noted' }, error);
    }
  }
}

/** What is still the same: somebody may have edited it since, or what makes it. */
function commonProgress({ done, client_id, digests }: State, parts: readonly string[]): Checkpoint {
  const differs = parts.findIndex((part, i) => digests[i] !== digest(part));
  const same = differs === -1 ? parts.length : differs;
  if (same < done.length) return { done: done.slice(0, same) };
  return { done, ...(client_id !== undefined && same > done.length && { client_id }) };
}

async function findIn(
  { unfinished }: Store,
  identity: SendIdentity,
  name: string,
): Promise<SendProgress | undefined> {
  const ofName = await unfinished.find(name);
  if (ofName || !identity.isRetry) return ofName;
  // What an earlier version of this package noted has no run in its name.
  const ofOldName = identity.run && (await unfinished.find(digest(identity.name)));
  if (ofOldName || identity.knowsOrigin) return ofOldName;
  return unfinished.findBrokenOff(contentOf(identity));
}

/** Of a send that belongs to no run it is not known. */
function hasEarlier({ unfinished }: Store, run: SendRun | undefined): Promise<boolean> | true {
  if (!run) return true;
  return (run.hasEarlier ??= unfinished.hasAny(runKey(run)));
}

/** The name of a send in the store, which begins with that of its run. */
function keyOf({ name, run }: SendIdentity): string {
  return run ? runKey(run) + digest(name) : digest(name);
}

function runKey({ name }: SendRun): string {
  return `${digest(name).slice(0, 32)} `;
}

function contentOf({ place, parts }: SendIdentity): string {
  return digest(JSON.stringify([place, parts]));
}

/** No text of a message is kept for this. */
function digest(text: string): string {
  return hash('sha256', text);
}
