import type { Store } from '../../../store/store';
import type { StoreUnderTest } from './store-under-test';

const NOW = 1_764_000_000_000;

export function unfinishedPromises({ open }: StoreUnderTest): void {
  describe('unfinished sends', () => {
    let store: Store;
    const progress = (execution: string) => ({
      execution,
      content: 'c',
      isOpen: true,
      state: '{"done":[]}',
      at: NOW,
    });

    beforeEach(async () => {
      store = await open();
    });

    it('gives how far a send came, the newest word of it', async () => {
      await store.unfinished.note('send', progress('1'));
      await store.unfinished.note('send', progress('2'));
      expect(await store.unfinished.find('another send')).toBeUndefined();
      expect(await store.unfinished.find('send')).toEqual(progress('2'));
      await store.unfinished.forget('send');
      expect(await store.unfinished.find('send')).toBeUndefined();
    });

    it('finds what broke off by what it says, the newest first, and not what is done', async () => {
      await store.unfinished.note('a', { ...progress('1'), at: NOW - 1 });
      await store.unfinished.note('b', progress('2'));
      await store.unfinished.note('c', { ...progress('3'), isOpen: false, at: NOW + 1 });
      expect(await store.unfinished.findBrokenOff('c')).toEqual(progress('2'));
      expect(await store.unfinished.findBrokenOff('d')).toBeUndefined();
    });

    it('tells whether anything was noted under a name that begins so', async () => {
      await store.unfinished.note('run a', progress('1'));
      const beginnings = ['run ', 'run a', 'run b', 'ru', 'r', 'run a ', 'sun'];
      const found = await Promise.all(beginnings.map((beginning) => store.unfinished.hasAny(beginning)));
      expect(found).toEqual([true, true, false, true, true, false, false]);
    });

    it('finds what broke off, and forgets what is old, among more than are read at once', async () => {
      for (let n = 0; n < 450; n++)
        await store.unfinished.note(
          `send ${n}`,
          { ...progress('1'), content: String(n), at: NOW + (n % 2) },
          false,
        );
      expect(await store.unfinished.findBrokenOff('444')).toMatchObject({ content: '444' });
      await store.prune({ before: NOW + 1, messages: 10, waiting: 10 });
      expect(await store.unfinished.findBrokenOff('444')).toBeUndefined();
      expect(await store.unfinished.findBrokenOff('445')).toMatchObject({ content: '445' });
    });

    it('forgets a send that nobody tried again', async () => {
      await store.unfinished.note('send', progress('1'));
      await store.prune({ before: NOW + 1, messages: 10, waiting: 10 });
      expect(await store.unfinished.find('send')).toBeUndefined();
    });
  });
}
