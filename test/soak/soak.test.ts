import { removeTempFolders, tempFolder } from '../support/temp-folder';
import { soak } from './soak';

afterAll(removeTempFolders);

test('every message ends in exactly one outcome, and the phones show what was reported as accepted', async () => {
  const { sends, outcomes, complaints } = await soak({ sends: 600, seed: 1, lanes: 1, folder: tempFolder() });
  expect(complaints).toEqual([]);
  expect(sends).toBeGreaterThanOrEqual(600);
  expect(Object.values(outcomes).reduce((sum, count) => sum + count)).toBe(sends);
  // Nothing is proved by a soak in which nothing happens.
  expect(Object.keys(outcomes)).toEqual(
    expect.arrayContaining([
      'accepted',
      'unconfirmed',
      'refused: window_closed',
      'refused: login_needed',
      'refused: throttled',
      'refused: unreachable',
      'refused: server_trouble',
    ]),
  );
});
