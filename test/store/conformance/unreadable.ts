import type { UnreadablePiece, Store } from '../../../store/store';
import { NOW, receivedBatch, receivedMessage } from '../../support/received';
import type { StoreUnderTest } from './store-under-test';

const piece = (digest: string, body = 'a piece'): UnreadablePiece => ({
  digest,
  reason: 'not_json',
  body: Buffer.from(body),
  size: body.length,
});
const notice = (at = NOW) => ({ userId: '', body: '{"type":"status"}', at });

export function unreadablePromises({ open }: StoreUnderTest): void {
  describe('what could not be read', () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      await store.inbox.subscribe('trigger', 'bot');
    });

    const told = async (): Promise<number> => (await store.inbox.pending('trigger', 0)).length;

    it('is kept as it came, and told once', async () => {
      expect(await store.unreadable.keep('bot', [piece('1', '{"a":'), piece('2')], notice())).toBe(2);
      expect(await store.unreadable.keep('bot', [piece('1', '{"a":')], notice(NOW + 5))).toBe(0);
      const [newest, oldest] = await store.unreadable.list('bot');
      expect(newest).toMatchObject({ digest: '2', times: 1 });
      expect(oldest).toMatchObject({ reason: 'not_json', size: 5, firstAt: NOW, lastAt: NOW + 5, times: 2 });
      expect(Buffer.from(oldest!.body).toString()).toBe('{"a":');
      expect(await told()).toBe(1);
      expect(await store.unreadable.list('other bot')).toEqual([]);
    });

    it('is there after a restart', async () => {
      await store.unreadable.keep('bot', [piece('1')], notice());
      await store.close();
      store = await open();
      expect(await store.unreadable.list('bot')).toHaveLength(1);
    });

    it('is bounded: the oldest pieces of a bot go', async () => {
      for (let n = 0; n < 150; n++) await store.unreadable.keep('bot', [piece(String(n))], notice());
      const kept = await store.unreadable.list('bot');
      expect([kept.length, kept[0]!.digest, kept.at(-1)!.digest]).toEqual([100, '149', '50']);
    });

    it('goes with its age, and with its bot', async () => {
      await store.unreadable.keep('bot', [piece('1')], notice());
      await store.prune({ before: NOW + 1, messages: 10, waiting: 10 });
      expect(await store.unreadable.list('bot')).toEqual([]);
      await store.unreadable.keep('bot', [piece('2')], notice());
      await store.forget({ bot: 'bot', connection: 'connection', now: NOW });
      expect(await store.unreadable.list('bot')).toEqual([]);
    });
  });

  describe("The bot's own messages that come back", () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });

    it('are kept, and are nobody’s to take: no trigger gets them and no window opens', async () => {
      await store.inbox.subscribe('trigger', 'bot');
      const echo = receivedMessage('1', { isEcho: true, contextToken: 't' });
      const kept = await store.inbox.receive(receivedBatch([echo, echo], { keepForLater: true }));
      expect(kept).toMatchObject([{ kind: 'echo' }]);
      expect(await store.inbox.pending('trigger', 0)).toEqual([]);
      expect(await store.conversations.get('bot', 'u@im.wechat')).toBeUndefined();
      await store.inbox.subscribe('late', 'bot');
      expect(await store.inbox.pending('late', 0)).toEqual([]);
      expect(await store.inbox.messagesAfter('bot', 0, 10)).toMatchObject([{ kind: 'echo' }]);
    });
  });
}
