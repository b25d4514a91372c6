import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

/** A new empty folder that is deleted after the test file (call {@link removeTempFolders} in afterAll). */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wechat-ilink-test-'));
  folders.push(folder);
  return folder;
}

export function removeTempFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
