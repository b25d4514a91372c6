import { newClientId } from '../../bot/client-id';
import type { PersonMessage } from '../../emulator';
import { readCredential } from '../../nodes/WeChat/shared/credential';
import { removeTempFolders } from '../support/temp-folder';
import { eventually } from './harness/eventually';
import { TestProcess, type Heard } from './harness/process';
import { Stage, type Person } from './harness/stage';

type Spoiling = NonNullable<PersonMessage['spoiled']>;

let stage: Stage;
let owner: Person;
let process_: TestProcess;
let heard: Heard;

beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  owner = stage.newOwner();
  process_ = new TestProcess(stage);
});
afterEach(() => process_.stop());
afterAll(() => stage.close());
afterAll(removeTempFolders);

const polls = (): number => stage.server.polls(owner.botId);
const pollCount = (): number => stage.server.requests('getupdates').length;
const listen = async (options = {}): Promise<void> => {
  heard = await process_.listen(owner, options);
  await eventually(() => polls() === 1);
};

describe('What a server sends back of the bot itself', () => {
  test.each(['message_type', 'client_id', 'both'] as const)(
    'with its %s starts nothing, opens no window and counts nothing; it is kept',
    async (echo) => {
      stage.server.settingsFor({ bot_id: owner.botId }, { echo });
      await listen();
      await owner.writes('hello');
      await eventually(() => heard.texts.length === 1);
      const credential = readCredential(stage.n8n.credentials.stored.get(owner.credential)!);
      const { bot, release } = process_.bots.retain(credential);
      for (let n = 0; n < 3; n++) {
        await bot.client.sendMessage({
          to_user_id: owner.id,
          client_id: newClientId(),
          item: { type: 1, text_item: { text: `answer ${n}` } },
        });
      }
      const conversation = await bot.conversations.get(owner.id);
      await process_.until(() => pollCount() > 0 && polls() === 1);
      await owner.writes('again');
      await process_.until(() => heard.texts.length === 2);
      expect(heard.texts).toEqual(['hello', 'again']);
      const kept = await process_.store!.inbox.messagesAfter(bot.key, 0, 100);
      expect(kept.filter(({ kind }) => kind === 'echo')).toHaveLength(3);
      expect(conversation?.userId).toBe(owner.id);
      expect((await process_.store!.conversations.list(bot.key, 10)).map(({ userId }) => userId)).toEqual([
        owner.id,
      ]);
      release();
    },
  );
});

describe('A server that answers at once', () => {
  test.each(['null', '{}', '{"item_list":[]}', '{"from_user_id":"u@im.wechat"}', '"text"'])(
    'with %s over and over: one execution, and the polls become rare',
    async (garbage) => {
      await listen();
      const body = `{"ret":0,"msgs":[${garbage}],"get_updates_buf":"c"}`;
      stage.server.faults.add({ endpoint: 'getupdates', body, times: 15, bot_id: owner.botId });
      await owner.writes('first');
      const [since, before] = [process_.clock.now(), pollCount()];
      await process_.until(() => stage.server.faults.pending().length === 0);
      await owner.writes('second');
      await process_.until(() => heard.texts.includes('second'));
      expect(process_.clock.now() - since).toBeGreaterThan(40_000);
      expect(pollCount() - before).toBeLessThan(20);
      expect(heard.log.emits).toHaveLength(3);
    },
  );
});

describe('A message whose JSON is bad', () => {
  const together = (spoiled: Spoiling): void => {
    const message = (text: string, more = {}) => ({ bot_id: owner.botId, user_id: owner.id, text, ...more });
    void stage.server.writeTogether([message('before'), message('SECRET', { spoiled }), message('after')]);
  };

  test.each(['bad_byte', 'control_character'] as const)(
    'with a %s in its text is read all the same',
    async (how) => {
      await listen({ statusItems: true });
      together(how);
      await process_.until(() => heard.texts.length === 3);
      expect(heard.texts.map((text) => String(text).slice(0, 6)).sort()).toEqual([
        'SECRET',
        'after',
        'before',
      ]);
      expect(heard.states).not.toContain('unreadable');
    },
  );

  test.each(['bad_escape', 'cut_number', 'cut_text', 'not_a_number', 'deep_list', 'deep_object'] as const)(
    'by a %s costs itself only: its neighbours come, and what is lost is told without what it says',
    async (how) => {
      await listen({ statusItems: true });
      together(how);
      await process_.until(() => heard.texts.length === 2 && heard.states.includes('unreadable'));
      await owner.writes('next');
      await process_.until(() => heard.texts.length === 3);
      expect([...heard.texts].sort()).toEqual(['after', 'before', 'next']);
      expect(heard.states.filter((state) => state === 'unreadable')).toHaveLength(1);
      expect(JSON.stringify(heard.statuses)).not.toContain('SECRET');
      const { bot, release } = process_.bots.retain(
        readCredential(stage.n8n.credentials.stored.get(owner.credential)!),
      );
      const [piece] = await process_.store!.unreadable.list(bot.key);
      expect(Buffer.from(piece!.body).toString('latin1')).toContain('SECRET');
      release();
    },
  );
});
