import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkWritable, writeSecretFile } from '../../../cli/files';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';

afterAll(removeTempFolders);

describe('writeSecretFile', () => {
  it('writes for the owner only, also in the place of a file that others could read', async () => {
    const file = join(tempFolder(), 'secret');
    writeFileSync(file, 'old');
    chmodSync(file, 0o644);
    await writeSecretFile(file, 'new');
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['new', 0o600]);
  });

  it('leaves nothing behind when it fails', async () => {
    const folder = tempFolder();
    await expect(writeSecretFile(folder, 'x')).rejects.toMatchObject({
      message: expect.stringContaining('cannot be written'),
      next: expect.stringMatching(/\.$/),
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('checkWritable', () => {
  it('passes a file in a folder that one may write to, new or not', async () => {
    const file = join(tempFolder(), 'secret');
    await checkWritable(file);
    writeFileSync(file, '');
    await checkWritable(file);
  });

  it.each([
    ['in no folder', '/nowhere/file', 'ENOENT'],
    ['that is a folder', '/tmp', 'EISDIR'],
  ])('refuses one %s', async (_what, path, code) => {
    await expect(checkWritable(path)).rejects.toThrow(`${path} cannot be written (${code})`);
  });
});
