import { newClientId } from '../../../../bot/client-id';
import { kindOfIncoming } from '../../../../bot/receive/incoming';

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
  ])('is %s for %j', (kind, message) => expect(kindOfIncoming(message)).toBe(kind));
});
