import { idGiver } from '../../../../bot/send/id-giver';
import type { Store } from '../../../../store/store';

describe('Whether a server gives ids', () => {
  const facts = new Set<string>();
  const store = async (): Promise<Store> =>
    ({
      facts: {
        knows: async (fact: string) => facts.has(fact),
        learn: async (fact: string) => void facts.add(fact),
      },
    }) as unknown as Store;

  it('is known once it was seen, for the address in use', async () => {
    let address = 'https://a.example';
    const giver = idGiver(store, () => address);
    expect(await giver.known()).toBe(false);
    await giver.learn();
    expect(await giver.known()).toBe(true);
    address = 'https://b.example';
    expect(await giver.known()).toBe(false);
  });

  it('counts as unknown while the store fails, and stops nothing', async () => {
    const giver = idGiver(
      () => Promise.reject(new Error('full')),
      () => 'https://a.example',
    );
    await giver.learn();
    expect(await giver.known()).toBe(false);
  });
});
