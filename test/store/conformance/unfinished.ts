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

    it('forgets a send that nobody tried again', async () => {
      await store.unfinished.note('send', progress('1'));
      await store.prune({ before: NOW + 1, messages: 10, waiting: 10 });
      expect(await store.unfinished.find('send')).toBeUndefined();
    });
  });
}
