import { join } from 'node:path';
import { buildSync } from 'esbuild';

import { tempFolder } from '../support/temp-folder';

let built: string[] | undefined;

/** The command of this checkout, made one file so that it starts in a tenth of a second. */
export function commandOfCheckout(): string[] {
  if (built) return built;
  const outfile = join(tempFolder(), 'main.cjs');
  buildSync({
    entryPoints: [join(__dirname, '../../cli/main.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'error',
  });
  built = [process.execPath, outfile];
  return built;
}
