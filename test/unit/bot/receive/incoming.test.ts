import { newClientId } from '../../../../bot/client-id';
import { kindOfIncoming, personIn, writersOf } from '../../../../bot/receive/incoming';
import { readMessage } from '../../../../ilink/incoming';

const USER = 'u@im.wechat';

describe('kindOfIncoming', () => {
  it.each([
    ['message', { message_id: '1', from_user_id: 'u@im.wechat', message_type: 1 }],
    ['message', { message_id: '1' }],
    ['message', { client_id: 'phone-1', from_user_id: 'the-owner@im.wechat' }],
    ['echo', { message_id: '1', from_user_id: 'u@im.wechat', message_type: 2 }],
    ['echo', { message_id: '1', message_type: '2' }],
    ['echo', { message_id: '1', message_type: 1, client_id: newClientId() }],
    ['stray', { from_user_id: 'u@im.wechat', item_list: [] }],
    ['stray', { message_id: 0, seq: '0' }],
    ['stray', {}],
    ['stray', []],
    ['stray', null],
    ['stray', undefined],
    ['stray', 2],
    ['stray', 'text'],
  ])('is %s for %j', (kind, message) => expect(kindOfIncoming(readMessage(message))).toBe(kind));
});

describe('personIn', () => {
  it('is who wrote a message', () => {
    expect(personIn([{}, { message_type: 1, from_user_id: USER }].map(readMessage))).toBe(USER);
  });

  it.each([
    ['what the bot wrote itself', { message_type: 2, from_user_id: USER }],
    [
      'a message of ours that comes back as a user’s',
      { message_type: 1, from_user_id: USER, client_id: newClientId() },
    ],
    ['a message that does not say who wrote', { message_type: 1, from_user_id: '' }],
    ['a message without a type', { from_user_id: USER }],
    ['something that is no message', null],
    ['a sender that is no text', { message_type: 1, from_user_id: { id: USER } }],
  ])('is nobody for %s', (_, message) => {
    expect(personIn([readMessage(message)])).toBeUndefined();
  });
});

describe('writersOf', () => {
  it('knows who wrote, and does not count what the bot itself wrote', () => {
    const [a, b, c, d] = [
      { from_user_id: 'u' },
      { from_user_id: 'u' },
      null,
      { from_user_id: 'b', message_type: 2 },
    ];
    expect(writersOf([a, b, c, d].map(readMessage))).toEqual(['u']);
  });
});
