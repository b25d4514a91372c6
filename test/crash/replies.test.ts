import type { RequestRecord } from '../../emulator';
import { Replies } from './replies';

const BOT = 'one@im.bot';

function stage(...outcomes: string[]) {
  const records: RequestRecord[] = [];
  const poll = (outcome: string, bot_id = BOT): RequestRecord => {
    const record = { endpoint: 'getupdates', outcome, bot_id } as RequestRecord;
    records.push(record);
    return record;
  };
  outcomes.forEach((outcome) => poll(outcome));
  const replies = new Replies({ requests: () => [...records], polls: () => 0 }, BOT);
  return { replies, poll };
}

const texts = ['a', 'b', 'c', 'd', 'e'];
const cutTexts = (replies: Replies): [string, number][] => [...replies.cut(texts)];

describe('Replies', () => {
  it('suspects the reply to the last poll before a kill, and no earlier one', async () => {
    const { replies } = stage('ok, 1 messages', 'ok, 2 messages');
    await replies.noteKill();
    expect(cutTexts(replies)).toEqual([
      ['b', 0],
      ['c', 0],
    ]);
  });

  it('suspects nothing when the client has asked again', async () => {
    const { replies } = stage('ok, 3 messages', 'aborted');
    await replies.noteKill();
    expect(cutTexts(replies)).toEqual([]);
  });

  it('goes on counting after a kill, and names the kill', async () => {
    const { replies, poll } = stage('ok, 2 messages');
    await replies.noteKill();
    poll('ok, 1 messages');
    poll('ok, 0 messages');
    poll('ok, 2 messages');
    await replies.noteKill();
    expect(cutTexts(replies)).toEqual([
      ['a', 0],
      ['b', 0],
      ['d', 1],
      ['e', 1],
    ]);
  });

  it('leaves the suspicion with the kill that cut the reply when the next process never polled', async () => {
    const { replies } = stage('ok, 1 messages');
    await replies.noteKill();
    await replies.noteKill();
    expect(cutTexts(replies)).toEqual([['a', 0]]);
  });

  it('sees a reply that was still under way at the kill', async () => {
    const { replies, poll } = stage('ok, 1 messages');
    const last = poll('pending');
    await replies.noteKill();
    last.outcome = 'ok, 2 messages';
    expect(cutTexts(replies).map(([text]) => text)).toEqual(['b', 'c']);
  });

  it('does not count the polls of another bot', async () => {
    const { replies, poll } = stage('ok, 1 messages');
    poll('ok, 4 messages', 'other@im.bot');
    await replies.noteKill();
    expect(cutTexts(replies)).toEqual([['a', 0]]);
  });
});
