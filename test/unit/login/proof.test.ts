import { botKeyOf } from '../../../ilink/credential';
import { proofOf, proveLogin } from '../../../login/proof';
import type { Proof } from '../../../store/store';

const USER = 'u@im.wechat';

describe('proofOf', () => {
  it('is the word of the server that was asked, for its own users', () => {
    const proof = proofOf('bot', 'http://127.0.0.1:9/', USER);
    expect(proof).toMatchObject({ bot: 'bot', realm: 'http://127.0.0.1:9', userId: USER });
    expect(proof.speaksFor(['http://127.0.0.1:9'])).toBe(true);
    expect(proof.speaksFor(['https://ilinkai.weixin.qq.com'])).toBe(false);
  });
});

describe('proveLogin', () => {
  const proofs: Proof[] = [];
  const store = {
    prove: async (proof: Proof) => {
      proofs.push(proof);
      return false;
    },
  };
  beforeEach(() => (proofs.length = 0));

  it('believes who scanned to the server that confirmed it', async () => {
    const login = { botToken: 't', ownerUserId: USER, confirmedBy: 'http://own.example' };
    await proveLogin(store, login);
    expect(proofs).toMatchObject([
      { bot: botKeyOf(login), realm: 'http://own.example', userId: USER, isConfirmation: true },
    ]);
  });

  it('proves nothing when the server did not say who scanned', async () => {
    await proveLogin(store, { botToken: 't', ownerUserId: '', confirmedBy: 'http://own.example' });
    expect(proofs).toEqual([]);
  });
});
