import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', '..', '.github', 'workflows');
const files = readdirSync(FOLDER).map((name): [name: string, text: string] => [
  name,
  readFileSync(join(FOLDER, name), 'utf8'),
]);
const publish = files.find(([name]) => name === 'publish.yml')![1];

describe('The workflows of the repository', () => {
  it.each(files)('%s names every action by its commit, and the version beside it', (_name, text) => {
    const used = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action!);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it.each(files)('%s may read the repository, and no more by default', (_name, text) => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n/m);
    expect(text).not.toMatch(/write-all|secrets\./);
  });

  it('publish in a job that has the right to, runs nothing else, and takes what the other job has tested', () => {
    const [build, job] = publish.split(/^ {2}publish:$/m) as [string, string];
    expect(build).toMatch(/npm test/);
    expect(build).not.toContain('id-token');
    expect(job).toMatch(/needs: build/);
    expect(job).toContain('id-token: write');
    const commands = [...job.matchAll(/run: (.*)/g)].map(([, command]) => command!);
    expect(commands).toHaveLength(2);
    expect(commands[1]).toBe('npm publish ./*.tgz --provenance --access public --ignore-scripts');
    expect(job).not.toMatch(/checkout|npm (ci|install|test|run)/);
  });

  it('compare the tag with the version, of the source and of what is published', () => {
    expect(publish.match(/test "\$GITHUB_REF_NAME" = "v\$\(/g)).toHaveLength(2);
  });
});
