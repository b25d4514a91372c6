import fs from 'node:fs';
import { tmpdir } from 'node:os';

import { checkRoom } from '../../../../store/sqlite/room';

/** A disk of which so much is free. */
function disk(free: { bavail: number; blocks?: number }): void {
  jest.spyOn(fs, 'statfsSync').mockReturnValue({ bsize: 4_096, blocks: 1_000_000, ...free } as never);
}

describe('checkRoom', () => {
  afterEach(() => jest.restoreAllMocks());

  it('is content with the disk of this machine', () => {
    expect(() => checkRoom(tmpdir())).not.toThrow();
  });

  it('fails like a full disk when less is free than the largest answer needs', () => {
    disk({ bavail: 4_096 });
    expect(() => checkRoom('/')).not.toThrow();
    disk({ bavail: 4_095 });
    expect(() => checkRoom('/')).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
  });

  it('believes no file system that does not say how large it is', () => {
    disk({ bavail: 0, blocks: 0 });
    expect(() => checkRoom('/')).not.toThrow();
  });
});
