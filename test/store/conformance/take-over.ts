import { toQueue } from '../../support/queued';
import type { Proof, ReceivedMessage, Store } from '../../../store/store';
import { NOW, receivedBatch, receivedMessage } from '../../support/received';
import type { StoreUnderTest } from './store-under-test';

const USER = 'u@im.wechat';
const OTHER = 'x@im.wechat';
const ANYWHERE = '';

export function takeOverPromises({ open }: StoreUnderTest): void {
  describe('a login that takes over', () => {
    let store: Store;

    beforeEach(async () => {
      store = await open();
    });

    const prove = (bot: string, more: Partial<Proof> = {}): Promise<boolean> =>
      store.logins.prove({ bot, realm: 'tencent', userId: USER, speaksFor: () => true, ...more });
    const receive = (bot: string, id: string, more: Partial<ReceivedMessage> = {}) =>
      store.inbox.receive(receivedBatch([receivedMessage(id, more)], { bot, login: bot, connection: bot }));
    const queue = (bot: string, text: string) => store.outbox.add([draft(bot, text)]);
    const draft = (bot: string, item: string) => toQueue({ bot, item });
    const bodies = async (bot: string, most = 100): Promise<string[]> =>
      (await store.inbox.messagesAfter(bot, 0, most)).map(
        ({ body }) => (JSON.parse(body) as { id: string }).id,
      );
    const queued = async (bot: string): Promise<string[]> =>
      (await store.outbox.list(bot)).map(({ item }) => item);
    const pending = async (subscriber: string): Promise<number> =>
      (await store.inbox.pending(subscriber, 0)).length;

    it('opens nothing for a token of which nothing is known', async () => {
      await receive('old', '1');
      await queue('old', 'a');
      expect(await bodies('new')).toEqual([]);
      expect(await queued('new')).toEqual([]);
      expect(await store.conversations.list('new', 10)).toEqual([]);
      expect(await store.recent.find('new', USER, '1')).toBeUndefined();
      expect(await store.outbox.removeWaiting('new', [1, 2, 3])).toEqual([]);
      expect(await store.forget({ bot: 'new', connection: ANYWHERE, now: NOW })).toMatchObject({
        messages: 0,
        queued: 0,
      });
      expect(await queued('old')).toEqual(['a']);
    });

    it('gives the newer login of a person everything that the one before left behind, beside its own', async () => {
      await prove('old');
      await receive('old', '1', { contextToken: 't', ids: ['id-1'] });
      await queue('old', 'a');
      await store.recent.remember('old', [{ id: 's-1', userId: USER, sentAt: NOW, body: '{}' }]);
      await queue('new', 'b');
      expect(await prove('new')).toBe(true);
      expect(await bodies('new')).toEqual(['1']);
      expect((await queued('new')).sort()).toEqual(['a', 'b']);
      expect(await store.conversations.get('new', USER)).toMatchObject({ contextToken: 't', login: 'old' });
      expect(await store.recent.find('new', USER, 'id-1')).toMatchObject({ direction: 'in' });
      expect(await store.recent.find('new', USER, 's-1')).toMatchObject({ direction: 'out' });
      expect(await receive('new', '1')).toEqual([]);
    });

    it('brings much over, in order', async () => {
      await prove('old');
      const many = Array.from({ length: 1_200 }, (_, index) => String(index));
      await store.outbox.add(many.map((item) => draft('old', item)));
      const messages = many.map((id) => receivedMessage(id, { ids: [`id-${id}`] }));
      await store.inbox.subscribe('w', 'old');
      await store.inbox.receive(receivedBatch(messages, { bot: 'old', login: 'old', connection: 'old' }));
      const sent = many.map((id) => ({ id: `s-${id}`, userId: USER, sentAt: NOW, body: '{}' }));
      await store.recent.remember('old', sent);
      await prove('new');
      await store.inbox.subscribe('w', 'new');
      expect(await queued('new')).toEqual(many);
      expect(await bodies('new', 2_000)).toEqual(many);
      expect(await pending('w')).toBe(1_200);
      expect(await receive('new', '1199')).toEqual([]);
      expect(await store.recent.find('new', USER, 'id-1199')).toMatchObject({ direction: 'in' });
      expect(await store.recent.find('new', USER, 's-1199')).toMatchObject({ direction: 'out' });
    });

    it('closes everything to the token of before', async () => {
      await prove('old');
      await receive('old', '1');
      await queue('old', 'a');
      await prove('new');
      expect(await bodies('old')).toEqual([]);
      expect(await queued('old')).toEqual([]);
      await store.forget({ bot: 'old', connection: ANYWHERE, now: NOW });
      expect(await queued('new')).toEqual(['a']);
    });

    it('proves a token once: who writes to it later changes nothing', async () => {
      await prove('old');
      await queue('old', 'a');
      await prove('new', { userId: OTHER });
      expect(await prove('new')).toBe(false);
      expect(await queued('new')).toEqual([]);
      expect(await store.logins.provenUser('new')).toBe(OTHER);
    });

    it('believes a server about its own users only', async () => {
      await prove('old');
      await queue('old', 'a');
      expect(await prove('evil', { realm: 'http://evil.example', speaksFor: () => false })).toBe(false);
      expect(await queued('evil')).toEqual([]);
      expect(await queued('old')).toEqual(['a']);
    });

    it('keeps the newer state of a conversation that both know, whichever it is', async () => {
      await prove('old');
      await receive('old', '1', { contextToken: 'older' });
      await store.inbox.receive(
        receivedBatch([receivedMessage('2', { contextToken: 'newer' })], {
          bot: 'new',
          login: 'new',
          receivedAt: NOW + 5,
        }),
      );
      await prove('new');
      expect(await store.conversations.get('new', USER)).toMatchObject({
        contextToken: 'newer',
        login: 'new',
      });
      await store.conversations.claim('newest', USER, { now: 0, gapMs: 0 });
      await prove('newest');
      expect(await store.conversations.get('newest', USER)).toMatchObject({
        contextToken: 'newer',
        sentSince: 0,
      });
    });

    describe('for triggers', () => {
      it('hands over what waited, once they come with the new token', async () => {
        await prove('old');
        await store.inbox.subscribe('w', 'old');
        await receive('old', '1');
        await prove('new');
        expect(await pending('w')).toBe(0);
        await store.inbox.subscribe('w', 'new');
        expect(await pending('w')).toBe(1);
      });

      it('keeps what comes for one that still has the old token, and gives it to the new one only', async () => {
        await prove('old');
        await store.inbox.subscribe('w', 'old');
        await prove('new');
        await store.inbox.subscribe('w', 'old');
        await receive('new', '1');
        expect(await pending('w')).toBe(0);
        await store.inbox.subscribe('w', 'new');
        expect(await pending('w')).toBe(1);
      });

      it('keeps nothing of the person for one that comes with the old token only afterwards', async () => {
        await prove('old');
        await prove('new');
        await store.inbox.subscribe('late', 'old');
        await receive('new', '1');
        await store.inbox.subscribe('late', 'new');
        expect(await pending('late')).toBe(0);
      });

      it('hides what was kept under another token, and shows it when that comes back', async () => {
        await store.inbox.subscribe('w', 'one');
        const [kept] = await receive('one', '1');
        await store.inbox.subscribe('w', 'another');
        expect(await pending('w')).toBe(0);
        expect(await store.inbox.waiting('w', kept!.seq)).toBeUndefined();
        await store.inbox.subscribe('w', 'one');
        expect(await pending('w')).toBe(1);
      });

      it('goes on after a late answer to the token that a confirmed login has ended', async () => {
        await prove('old');
        await store.inbox.subscribe('w', 'old');
        await queue('old', 'a');
        await prove('new', { isConfirmation: true });
        await store.inbox.subscribe('w', 'new');
        // A poll with the old token was on its way at the login, and brings what was written before.
        expect(await prove('old')).toBe(false);
        const late = { bot: 'old', login: 'old', connection: 'old' };
        const writer = { realm: 'tencent', userId: USER };
        await store.inbox.receive(
          receivedBatch([receivedMessage('late', { contextToken: 'ended' })], { ...late, writer }),
        );
        // Another server may say what it likes.
        const evil = { realm: 'http://evil.example', userId: USER };
        await store.inbox.receive(receivedBatch([receivedMessage('evil')], { ...late, writer: evil }));
        await receive('old', 'of nobody');
        expect(await bodies('new')).toEqual(['late']);
        expect(await store.conversations.get('new', USER)).toBeUndefined();
        expect(await bodies('old')).toEqual(['evil', 'of nobody']);
        expect(await store.logins.provenUser('old')).toBeUndefined();
        expect(await queued('new')).toEqual(['a']);
        await prove('new');
        await receive('new', '1');
        expect(await pending('w')).toBe(2);
      });

      it('goes on for one that listened with the new token before it was proven', async () => {
        await prove('old');
        await receive('old', '1');
        await store.inbox.subscribe('w', 'new');
        await prove('new');
        await receive('new', '2');
        expect(await pending('w')).toBe(1);
      });
    });

    it('gives the scope back when the token of before turns out to be the one that lives', async () => {
      await prove('old');
      await queue('old', 'a');
      await prove('new');
      await queue('old', 'b');
      expect(await prove('old')).toBe(true);
      expect((await queued('old')).sort()).toEqual(['a', 'b']);
      expect(await queued('new')).toEqual([]);
    });

    it('gives it back to a token that a confirmed login has ended only with another confirmation', async () => {
      await prove('old');
      await queue('old', 'a');
      await prove('new', { isConfirmation: true });
      expect(await prove('old')).toBe(false);
      expect(await queued('old')).toEqual([]);
      expect(await prove('old', { isConfirmation: true })).toBe(true);
      expect(await queued('old')).toEqual(['a']);
    });

    it('knows nobody any more after the bot was forgotten', async () => {
      await prove('old');
      await queue('old', 'a');
      await store.forget({ bot: 'old', connection: ANYWHERE, now: NOW });
      expect(await store.logins.provenUser('old')).toBeUndefined();
      expect(await prove('new')).toBe(false);
      expect(await queued('new')).toEqual([]);
    });
  });
}
