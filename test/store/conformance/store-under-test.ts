import type { Store } from '../../../store/store';

/** A kind of store, and how many processes use it at once. Each test has an empty one. */
export interface StoreUnderTest {
  /** As one process sees it. */
  open(): Promise<Store>;
  /** Lets time pass for the leases, where the store has a clock of its own. */
  elapse(ms: number): Promise<void>;
  /** How far what it says of a time may be from what it was told: one with a clock of its own counts by that. */
  toleranceMs: number;
  /** Whether a process of this machine that is gone need not be waited for: nobody else can have the store. */
  tellsTheDead: boolean;
  /** Whether what was deleted is overwritten where it lay. */
  overwrites: boolean;
}

const LONG_MS = 10_000;

/** Waits for what comes about by itself. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const startedAt = performance.now(); !(await isSo());) {
    if (performance.now() - startedAt > LONG_MS) throw new Error('It did not come about');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What belongs to one process: who listens through it, and what it has noticed. */
const OF_ONE_PROCESS = new Set(['subscribe', 'unsubscribe', 'forget', 'version', 'checkWritable', 'close']);

/** One store through two processes, which do everything by turns: what the one has written, the other has to know. */
export function byTurns(first: Store, second: Store): Store {
  let turn = 0;
  const through = <Part extends object>(ofFirst: Part, ofSecond: Part): Part =>
    new Proxy(ofFirst, {
      get(target, name) {
        const own = Reflect.get(target, name) as unknown;
        if (typeof own !== 'function') {
          return typeof own === 'object' && own ? through(own, Reflect.get(ofSecond, name) as object) : own;
        }
        return (...args: unknown[]): unknown => {
          const part = OF_ONE_PROCESS.has(String(name)) || turn++ % 2 === 0 ? target : ofSecond;
          return (Reflect.get(part, name) as (...args: unknown[]) => unknown).apply(part, args);
        };
      },
    });
  return through(first, second);
}

/** Keeps count of what is open, so that each test ends with everything closed. */
export class OpenStores {
  private readonly open = new Set<Store>();

  /** @param store may be closed by the test itself */
  add(store: Store): Store {
    const close = store.close.bind(store);
    this.open.add(store);
    store.close = async () => {
      if (!this.open.delete(store)) return;
      store.close = close;
      await close();
    };
    return store;
  }

  /** Leaves open what was not closed. @returns those of `stores` that are open */
  letGo(stores: Store[]): Store[] {
    const open = stores.filter((store) => this.open.delete(store));
    // What add() has put over the method of the class.
    for (const store of open) delete (store as Partial<Store>).close;
    return open;
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.open].map((store) => store.close()));
  }
}
