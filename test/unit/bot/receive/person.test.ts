import { newClientId } from '../../../../bot/client-id';
import { personIn } from '../../../../bot/receive/person';

const USER = 'u@im.wechat';

describe('personIn', () => {
  it('is who wrote a message', () => {
    expect(personIn([{}, { message_type: 1, from_user_id: USER }])).toBe(USER);
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
    expect(personIn([message])).toBeUndefined();
  });
});
