import type { Clock } from '../ilink/clock';
import { STORE_NOT_SHARED, type Store } from '../store/store';
import type { Report } from './report';
import { StoreTrouble } from './store-trouble';

/** What a process does where several belong together: only the main one has subscribers, and so polls. */
export type ProcessRole = 'main' | 'worker' | 'webhook';

const KIND = 'process';
const DAY_MS = 86_400_000;
/** Longer than anybody runs workers whose main process is down. */
const REMEMBERED_MS = 30 * DAY_MS;

export interface SharingDeps {
  store: Pick<Store, 'documents'>;
  /** Nothing where there is one process. */
  role: ProcessRole | undefined;
  clock: Clock;
  report: Report;
}

/**
 * Whether the processes that belong together use one store. Where each has its own, a worker that polls takes messages away from the main process,
 * and what it queues is never sent.
 */
export class Sharing {
  private isShared = false;
  private hasSaid = false;
  private announcedAt = -Infinity;

  constructor(private readonly deps: SharingDeps) {}

  /** The main process leaves word that it was here, once a day. To be called now and then; fails never. */
  async announce(): Promise<void> {
    const { store, role, clock, report } = this.deps;
    const now = clock.now();
    if (role !== 'main' || Math.abs(now - this.announcedAt) < DAY_MS) return;
    this.announcedAt = now;
    try {
      const before = await store.documents.read(KIND, role, now);
      const document = { key: role, body: String(now), expiresAt: now + REMEMBERED_MS };
      await store.documents.write(KIND, document, before, now);
    } catch (error) {
      this.announcedAt = -Infinity;
      report({ code: 'process_not_noted' }, error);
    }
  }

  /**
   * Fails in a process that is not the main one when that has never used this store: then nothing may be polled or queued here. Into
   * the log it goes once.
   *
   * @throws StoreTrouble
   */
  async check(): Promise<void> {
    const { store, role, clock, report } = this.deps;
    if (role === undefined || role === 'main' || this.isShared) return;
    this.isShared = (await store.documents.read(KIND, 'main', clock.now())) !== undefined;
    if (this.isShared) return;
    const trouble = new StoreTrouble(
      Object.assign(new Error(STORE_NOT_SHARED), { code: STORE_NOT_SHARED, seen: role }),
      'action',
    );
    if (!this.hasSaid) report({ code: 'store_not_shared' }, trouble);
    this.hasSaid = true;
    throw trouble;
  }
}
