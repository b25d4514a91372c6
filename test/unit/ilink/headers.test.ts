import { appHeaders, postHeaders } from '../../../ilink/headers';

describe('the headers', () => {
  it('of a POST carry the token, the type of it, the app and a random uin', () => {
    expect(postHeaders('2.4.9', () => 4294967295, 'secret')()).toEqual({
      'Content-Type': 'application/json',
      AuthorizationType: 'ilink_bot_token',
      Authorization: 'Bearer secret',
      'X-WECHAT-UIN': Buffer.from('4294967295').toString('base64'),
      'iLink-App-Id': 'bot',
      'iLink-App-ClientVersion': '132105',
    });
  });

  it('of the QR code carry no Authorization', () => {
    expect(postHeaders('2.4.9', () => 1)()).not.toHaveProperty('Authorization');
  });

  it('of the login status carry the app only', () => {
    expect(appHeaders('2.4.9')).toEqual({ 'iLink-App-Id': 'bot', 'iLink-App-ClientVersion': '132105' });
  });

  it('have a new uin for every request', () => {
    let next = 1;
    const headers = postHeaders('2.4.9', () => next++);
    const uins = [1, 2, 3].map(() => headers()['X-WECHAT-UIN']);
    expect(new Set(uins).size).toBe(3);
  });
});
