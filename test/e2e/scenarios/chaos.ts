import assert from 'node:assert/strict';
import { join } from 'node:path';

import { chaos as run } from '../../chaos/chaos';
import { seededRandom } from '../../support/seeded-random';
import { ARTEFACTS, type Scenario } from '../world';

const SEED = 7;

export const chaos: Scenario = {
  name: 'a minute of random faults on every endpoint, and every message and outcome is accounted for',
  async run({ stage }) {
    const random = seededRandom(SEED);
    const log = join(ARTEFACTS, 'n8n.log');
    const result = await run({ stage, minutes: 1, random, log, say: () => undefined });
    assert.deepEqual(result.complaints, []);
    assert.ok(result.executed > 10 && result.sent > 20 && result.faults > 20, 'hardly anything happened');
  },
};
