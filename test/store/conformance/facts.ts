import type { Store } from '../../../store/store';
import type { StoreUnderTest } from './store-under-test';

export function factPromises({ open }: StoreUnderTest): void {
  describe('facts', () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });

    it('knows what it learnt, also after it was closed and opened', async () => {
      await store.facts.learn('gives ids');
      await store.facts.learn('gives ids');
      await store.close();
      store = await open();
      expect([await store.facts.knows('gives ids'), await store.facts.knows('anything else')]).toEqual([
        true,
        false,
      ]);
    });
  });
}
