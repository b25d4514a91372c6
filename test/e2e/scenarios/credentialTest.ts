import assert from 'node:assert/strict';
import { freePort } from '../../../tools/ports';
import { CREDENTIAL_TYPE, credentialData } from '../../../tools/stage';
import type { Scenario, World } from '../world';

/** The "Connection tested successfully" of the credential dialog, and what it says otherwise. */
export const credentialTest: Scenario = {
  name: 'the credential test tells success, a stale token and a wrong address apart',
  async run(world) {
    const right = await test(world);
    assert.equal(right.status, 'OK', right.message);

    const stale = await test(world, { botToken: 'a-token-of-last-year' });
    assert.equal(stale.status, 'Error');
    assert.match(stale.message, /log in/i);

    const nobody = await test(world, { apiBaseUrl: `http://127.0.0.1:${await freePort()}` });
    assert.equal(nobody.status, 'Error');
    assert.doesNotMatch(nobody.message, /log in/i);

    const somebodyElse = await test(world, { apiBaseUrl: world.stage.emulator.personUrl });
    assert.equal(somebodyElse.status, 'Error');
    assert.match(somebodyElse.message, /address|URL/i);

    const messages = [stale, nobody, somebodyElse].map(({ message }) => message);
    assert.equal(new Set(messages).size, 3, `the messages differ: ${messages.join(' | ')}`);
    assert.equal(world.stage.emulator.requests('getupdates').length, 0, 'a test must not take messages away');
  },
};

async function test(
  { stage: { emulator, rest } }: World,
  changes: Record<string, string> = {},
): Promise<{ status: string; message: string }> {
  const data = { ...credentialData(emulator, emulator.bind()), ...changes };
  const name = 'Credential under test';
  const { id } = await rest.createCredential(name, CREDENTIAL_TYPE, data);
  return await rest.testCredential({ id, name, type: CREDENTIAL_TYPE, data });
}
