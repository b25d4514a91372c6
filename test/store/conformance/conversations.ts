import type { ReceivedBatch, ReceivedMessage, SendClaim, SendTerms, Store } from '../../../store/store';
import type { StoreUnderTest } from './store-under-test';

const NOW = 1_764_000_000_000;
const USER = 'u@im.wechat';
const SPACING = { now: NOW, gapMs: 0 };
const TERMS: SendTerms = { hasToken: true, login: 'login', quota: 10, openSince: NOW - 1_000 };

export function conversationPromises({ open }: StoreUnderTest): void {
  describe('conversations', () => {
    let store: Store;
    let messages = 0;
    const receive = (message: Partial<ReceivedMessage> = {}, more: Partial<ReceivedBatch> = {}) =>
      store.inbox.receive({
        bot: 'bot',
        connection: 'connection',
        login: 'login',
        receivedAt: NOW,
        sleepersSince: NOW,
        messages: [
          { body: '{}', userId: USER, keys: [{ key: `m:${messages++}`, windowMs: 1e12 }], ...message },
        ],
        ...more,
      });
    const known = () => store.conversations.get('bot', USER);
    const claim = (terms?: SendTerms): Promise<SendClaim> =>
      store.conversations.claim('bot', USER, SPACING, terms);

    beforeEach(async () => {
      store = await open();
    });

    it('counts what was sent since the user last wrote', async () => {
      await receive({ contextToken: 't' });
      await claim(TERMS);
      await claim(TERMS);
      expect(await known()).toEqual({
        userId: USER,
        contextToken: 't',
        lastInboundAt: NOW,
        sentSince: 2,
        closedByServer: false,
        login: 'login',
        throttledUntil: 0,
        throttles: 0,
        queued: 0,
        queuedReason: '',
      });
      await receive({}, { receivedAt: NOW + 5 });
      expect(await known()).toMatchObject({ contextToken: 't', lastInboundAt: NOW + 5, sentSince: 0 });
    });

    it('does not begin anew because WeChat repeats a message, but takes its token', async () => {
      const keys = [{ key: 'm:again', windowMs: 1e12 }];
      await receive({ keys, contextToken: 'old' });
      await claim();
      await receive({ keys, contextToken: 'new' }, { receivedAt: NOW + 5 });
      expect(await known()).toMatchObject({ lastInboundAt: NOW, sentSince: 1, contextToken: 'new' });
    });

    it('remembers the pace of a person who was written to without a distance before', async () => {
      await receive();
      const first = await claim(TERMS);
      const throttle = { until: NOW + 60_000, gapMs: 4_000 };
      await store.conversations.settle('bot', USER, first, { ...SPACING, isBack: true, throttle });
      const later = { now: NOW + 60_000, gapMs: 0 };
      const next = await store.conversations.claim('bot', USER, later);
      expect(next).toMatchObject({ granted: true, gapMs: 4_000, throttles: 1 });
      await store.conversations.settle('bot', USER, next, { ...later, gapMs: next.gapMs, isTaken: true });
      expect(await store.conversations.claim('bot', USER, later)).toMatchObject({
        slotAt: later.now + 4_000,
      });
    });

    it('knows a user who never wrote, and nobody else', async () => {
      await store.conversations.claim('bot', 'friend@im.wechat', SPACING, TERMS);
      expect(await store.conversations.get('bot', 'friend@im.wechat')).toMatchObject({
        lastInboundAt: 0,
        sentSince: 1,
        login: '',
      });
      expect(await known()).toBeUndefined();
      expect(await store.conversations.get('another bot', 'friend@im.wechat')).toBeUndefined();
    });

    it('lists the liveliest first', async () => {
      await receive({ userId: 'a' });
      await receive({ userId: 'b' }, { receivedAt: NOW + 5 });
      expect((await store.conversations.list('bot', 10)).map(({ userId }) => userId)).toEqual(['b', 'a']);
      expect(await store.conversations.list('bot', 1)).toHaveLength(1);
    });

    describe('a claim', () => {
      it('is granted up to the quota, and then counts nothing', async () => {
        await receive();
        const granted: boolean[] = [];
        for (let i = 0; i < 4; i++) granted.push((await claim({ ...TERMS, quota: 3 })).granted);
        expect(granted).toEqual([true, true, true, false]);
        expect(await known()).toMatchObject({ sentSince: 3 });
      });

      it('by two processes does not give the last message to both', async () => {
        await receive();
        const other = await open();
        const claims = [];
        for (let i = 0; i < 3; i++) {
          claims.push(await claim({ ...TERMS, quota: 3 }));
          claims.push(await other.conversations.claim('bot', USER, SPACING, { ...TERMS, quota: 3 }));
        }
        expect(claims.filter(({ granted }) => granted)).toHaveLength(3);
        await other.close();
      });

      it.each<[string, Partial<SendTerms>, boolean]>([
        ['within the window', {}, true],
        ['a moment before it closes', { openSince: NOW - 1 }, true],
        ['when it has just closed', { openSince: NOW }, false],
        ['after a new login', { login: 'another' }, false],
      ])('%s', async (_when, more, granted) => {
        await receive();
        expect(await claim({ ...TERMS, ...more })).toMatchObject({
          granted,
          lastInboundAt: NOW,
          closedByServer: false,
        });
      });

      it('is always granted to a message with a token for a user of whom nothing is known, and without terms', async () => {
        for (let i = 0; i < 20; i++) expect(await claim(TERMS)).toMatchObject({ granted: true });
        await receive();
        await store.conversations.settle('bot', USER, await claim(), {
          ...SPACING,
          isBack: true,
          isClosed: true,
        });
        expect(await claim(TERMS)).toMatchObject({ granted: false, closedByServer: true });
        expect(await claim()).toMatchObject({ granted: true, closedByServer: true });
      });
    });

    describe('a message that did not go out', () => {
      it('is not counted', async () => {
        await receive();
        await claim();
        await store.conversations.settle('bot', USER, await claim(), { ...SPACING, isBack: true });
        expect(await known()).toMatchObject({ sentSince: 1, closedByServer: false });
      });

      it('closes the conversation when the server says so, until the user writes or the server takes one', async () => {
        await receive();
        await store.conversations.settle('bot', USER, await claim(), {
          ...SPACING,
          isBack: true,
          isClosed: true,
        });
        expect(await known()).toMatchObject({ sentSince: 0, closedByServer: true });
        await receive();
        expect(await known()).toMatchObject({ closedByServer: false });
        await store.conversations.settle('bot', USER, await claim(), {
          ...SPACING,
          isBack: true,
          isClosed: true,
        });
        await store.conversations.settle('bot', USER, await claim(), { ...SPACING, isOpen: true });
        expect(await known()).toMatchObject({ closedByServer: false });
      });

      it('stays closed when a later attempt fails for another reason', async () => {
        await receive();
        await store.conversations.settle('bot', USER, await claim(), {
          ...SPACING,
          isBack: true,
          isClosed: true,
        });
        await store.conversations.settle('bot', USER, await claim(), { ...SPACING, isBack: true });
        expect(await known()).toMatchObject({ closedByServer: true });
      });

      it('says nothing any more when the user has written meanwhile', async () => {
        await receive();
        const before = await claim();
        await receive({}, { receivedAt: NOW + 5 });
        await claim();
        await store.conversations.settle('bot', USER, before, { ...SPACING, isBack: true, isClosed: true });
        expect(await known()).toMatchObject({ sentSince: 1, closedByServer: false });
      });

      it('never makes the count negative', async () => {
        const free: SendClaim = {
          granted: true,
          lastInboundAt: NOW,
          closedByServer: false,
          contextToken: '',
          login: '',
          sentSince: 0,
          throttledUntil: 0,
          throttles: 0,
          slotAt: NOW,
          gapMs: 0,
        };
        await receive();
        await store.conversations.settle('bot', USER, free, { ...SPACING, isBack: true });
        expect(await known()).toMatchObject({ sentSince: 0 });
      });
    });

    describe('a new login', () => {
      it('makes the token of the old one worthless, also when the message brings none', async () => {
        await receive({ contextToken: 'old' });
        await receive({}, { login: 'another' });
        expect(await known()).toMatchObject({ contextToken: '', login: 'another' });
      });

      it('is not revoked by a late repeat from the old one', async () => {
        const keys = [{ key: 'm:late', windowMs: 1e12 }];
        await receive({ keys, contextToken: 'old' });
        await receive({ contextToken: 'new' }, { login: 'another' });
        await receive({ keys, contextToken: 'older' });
        expect(await known()).toMatchObject({ contextToken: 'new', login: 'another' });
      });

      it('is not known of conversations from before logins were noted, so that their token stays', async () => {
        await receive({ contextToken: 'kept' }, { login: '' });
        expect(await claim(TERMS)).toMatchObject({ granted: true });
        await receive();
        expect(await known()).toMatchObject({ contextToken: 'kept', login: 'login' });
      });
    });
  });
}
