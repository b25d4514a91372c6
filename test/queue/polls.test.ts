import type { BotLogin, DropRecord, RequestRecord } from '../../emulator';
import { Polls } from './polls';

const BOT = { ilink_bot_id: 'one@im.bot' } as BotLogin;
const poll = (at: number, outcome: string): RequestRecord =>
  ({ endpoint: 'getupdates', bot_id: BOT.ilink_bot_id, at, outcome }) as RequestRecord;

function watch(records: RequestRecord[], dropped: DropRecord[] = []): Polls {
  return new Polls({ polls: () => 0, requests: () => [...records], dropped }, BOT);
}

describe('Polls', () => {
  beforeEach(() => jest.useFakeTimers({ now: 100 }));
  afterEach(() => jest.useRealTimers());

  it('suspects the reply after which a process was killed before anybody asked again, and no other', () => {
    const polls = watch([
      poll(10, 'ok, 1 messages'),
      poll(90, 'ok, 2 messages'),
      poll(120, 'ok, 1 messages'),
      poll(130, 'pending'),
    ]);
    polls.noteKill();
    expect(polls.end()).toBe(0);
    expect([...polls.cut(['a', 'b', 'c', 'd'])]).toEqual(['b', 'c']);
  });

  it('goes on where it was when it is asked to read again', () => {
    const records = [poll(10, 'ok, 1 messages'), poll(20, 'pending')];
    const polls = watch(records);
    polls.read();
    records[1]!.outcome = 'ok, 1 messages';
    records.push(poll(95, 'ok, 1 messages'), poll(110, 'pending'));
    polls.read();
    polls.noteKill();
    polls.end();
    expect([...polls.cut(['a', 'b', 'c'])]).toEqual(['c']);
  });

  it('knows of a second poll by what the server says of it', () => {
    const second = { at: 1, endpoint: 'getupdates', kind: 'warning', reason: 'second_poll' } as DropRecord;
    expect(watch([], [{ ...second, bot_id: BOT.ilink_bot_id }]).end()).toBe(2);
    expect(watch([], [{ ...second, bot_id: 'other@im.bot' }]).end()).toBe(0);
  });
});
