import { removeTempFolders, tempFolder } from '../support/temp-folder';
import { soak } from './soak';

afterAll(removeTempFolders);

test('every message ends in exactly one outcome, and the phones show what was reported as accepted', async () => {
  const { sends, outcomes, queued, merged, complaints } = await soak({
    sends: 400,
    seed: 1,
    lanes: 1,
    folder: tempFolder(),
  });
  expect(complaints).toEqual([]);
  expect(sends).toBeGreaterThanOrEqual(400);
  expect(Object.values(outcomes).reduce((sum, count) => sum + count)).toBe(sends);
  expect([queued > 20, merged > 2]).toEqual([true, true]);
  // Nothing is proved by a soak in which nothing happens.
  expect(Object.keys(outcomes)).toEqual(
    expect.arrayContaining(['accepted', 'unconfirmed', 'refused: login_needed']),
  );
});
