import { ConversationClosed, OutboxFull } from '../../../../../bot/send/failures';
import type { EndReason } from '../../../../../bot/send/message';
import { closedWords, endSentence, wordsOf } from '../../../../../nodes/WeChat/texts';

describe('Why a message was not sent', () => {
  it('is said with what to do', () => {
    expect(wordsOf(new OutboxFull(2) as unknown)).toEqual({
      message: '2 messages wait already until their users write, and no more are kept',
      next: expect.stringContaining('WECHAT_ILINK_MAX_QUEUED'),
    });
    expect(closedWords(new ConversationClosed('quota_used'))).toEqual({
      message: 'The conversation is closed until the user writes again',
      next: expect.stringMatching(/are used up\. WeChat lets a bot send 10 messages/),
    });
    expect(closedWords(new ConversationClosed('server_unreachable')).message).toBe(
      'WeChat could not be reached',
    );
  });

  it.each<[EndReason, string]>([
    ['cancelled', 'It was queued, and somebody cancelled it'],
    ['refused', 'It was queued, and WeChat refused it'],
    [
      'refused_in_doubt',
      'It was queued, and WeChat refused it when it was sent once more. It may have arrived: the answer to an earlier attempt got lost',
    ],
    ['expired', 'It was queued, and expired'],
    [
      'expired_in_doubt',
      'It was queued and expired. It may have arrived: the answer to an earlier attempt got lost',
    ],
    ['unknown', 'It was queued, and has left the queue since. What became of it is not known'],
  ])('is said of one that was queued and is %s', (end, sentence) => {
    expect(endSentence(end)).toBe(sentence);
  });
});
