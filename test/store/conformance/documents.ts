import type { Store } from '../../../store/store';
import type { StoreUnderTest } from './store-under-test';

const NOW = 1_764_000_000_000;

export function documentPromises({ open }: StoreUnderTest): void {
  describe('documents', () => {
    let store: Store;
    const document = (body: string, more = {}) => ({ key: 'k', body, expiresAt: NOW + 1_000, ...more });

    beforeEach(async () => {
      store = await open();
    });

    it('keeps a text under a kind and a key, also for another process and after a restart', async () => {
      expect(await store.documents.write('login', document('one'), undefined, NOW)).toBe(true);
      const other = await open();
      expect(await other.documents.read('login', 'k', NOW)).toBe('one');
      await other.close();
      expect(await store.documents.read('another kind', 'k', NOW)).toBeUndefined();
      expect(await store.documents.read('login', 'another key', NOW)).toBeUndefined();
    });

    it('writes only over what the writer knows, so that of two processes one has to look again', async () => {
      await store.documents.write('login', document('one'), undefined, NOW);
      expect(await store.documents.write('login', document('mine'), undefined, NOW)).toBe(false);
      expect(await store.documents.write('login', document('mine'), 'another', NOW)).toBe(false);
      expect(await store.documents.write('login', document('mine'), 'one', NOW)).toBe(true);
      expect(await store.documents.read('login', 'k', NOW)).toBe('mine');
    });

    it('forgets what has expired, whether somebody writes or not', async () => {
      await store.documents.write('login', document('one'), undefined, NOW);
      expect(await store.documents.read('login', 'k', NOW + 1_000)).toBeUndefined();
      expect(await store.documents.list('login', NOW + 1_000)).toEqual([]);
      await store.documents.write(
        'login',
        document('two', { key: 'other', expiresAt: NOW + 9_000 }),
        undefined,
        NOW + 1_000,
      );
      expect(await store.documents.list('login', NOW)).toEqual([
        { key: 'other', body: 'two', expiresAt: NOW + 9_000 },
      ]);
    });

    it('gives all documents of a kind, and removes one', async () => {
      for (const key of ['b', 'a'])
        await store.documents.write('login', document(key, { key }), undefined, NOW);
      await store.documents.write('page', document('elsewhere'), undefined, NOW);
      expect((await store.documents.list('login', NOW)).map(({ body }) => body)).toEqual(['a', 'b']);
      await store.documents.remove('login', 'a');
      expect((await store.documents.list('login', NOW)).map(({ body }) => body)).toEqual(['b']);
      expect(await store.documents.read('page', 'k', NOW)).toBe('elsewhere');
    });
  });
}
