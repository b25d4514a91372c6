import { ENDPOINTS } from '../../emulator/types';
import { Faults } from '../../emulator/faults';
import { seededRandom } from '../support/seeded-random';
import { nextFault } from './faults';

test('faults hit every endpoint, are faults that the emulator knows, and repeat with their seed', () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 2_000 }, () => nextFault(random));
  };
  const drawn = draw(1);
  expect(new Set(drawn.map(({ endpoint }) => endpoint))).toEqual(new Set(ENDPOINTS));
  const faults = new Faults();
  for (const fault of drawn) faults.add(fault);
  expect(draw(1)).toEqual(drawn);
  expect(draw(2)).not.toEqual(drawn);
});
