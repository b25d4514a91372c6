import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { build, type BuildOptions } from 'esbuild';

/**
 * Builds what is published: one file with all nodes and credentials, a small file for each of them that n8n loads by its
 * name, and the command. n8n reads every file of a package at its start, and each costs it time: two hundred small ones took
 * longer than what is in them. Names stay as they are in the source, so that an error says where it comes from: to shorten only
 * those that no error shows costs 10 to 20 µs a send, because the others are then set at run time.
 */
const CHECKOUT = join(__dirname, '..');
/** `nodes/WeChat/assets.ts` has to lie in the same folder. */
export const BUNDLE = 'dist/nodes/WeChat/bundle.js';
const COMMAND = { source: 'cli/main.ts', built: 'dist/cli/main.js' };

const OPTIONS: BuildOptions = {
  absWorkingDir: CHECKOUT,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  // Dependencies come with npm; n8n brings n8n-workflow.
  packages: 'external',
  charset: 'utf8',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
};

/**
 * Writes the package's code below `folder`, which is the checkout unless somebody only wants to look.
 *
 * @throws Error when the source cannot be bundled
 */
export async function bundlePackage(folder: string = CHECKOUT): Promise<void> {
  const classes = await classFiles();
  const contents = classes.map(({ name, source }) => `export { ${name} } from './${source}';`).join('\n');
  await build({
    ...OPTIONS,
    stdin: { contents, resolveDir: CHECKOUT, loader: 'ts' },
    outfile: join(folder, BUNDLE),
  });
  for (const { name, built } of classes) {
    const way = relative(dirname(built), BUNDLE).replaceAll('\\', '/');
    const path = way.startsWith('.') ? way : `./${way}`;
    await mkdir(dirname(join(folder, built)), { recursive: true });
    await writeFile(join(folder, built), `'use strict';\nexports.${name} = require('${path}').${name};\n`);
  }
  // It says the kind of an unexpected error only, so its names are of no use to anybody.
  await build({
    ...OPTIONS,
    minifyIdentifiers: true,
    entryPoints: [COMMAND.source],
    outfile: join(folder, COMMAND.built),
  });
}

/** What package.json tells n8n to load: the class has the name of the file. */
async function classFiles(): Promise<Array<{ name: string; built: string; source: string }>> {
  const { n8n } = JSON.parse(await readFile(join(CHECKOUT, 'package.json'), 'utf8')) as {
    n8n: { nodes: string[]; credentials: string[] };
  };
  return [...n8n.nodes, ...n8n.credentials].map((built) => ({
    name: basename(built).split('.')[0]!,
    built,
    source: built.replace(/^dist\//, '').replace(/\.js$/, ''),
  }));
}

if (require.main === module) {
  bundlePackage().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
