import { nodeProblem } from '../../../cli/node-version';

describe('nodeProblem', () => {
  it.each(['22.0.0', '24.21.0', '26.1.0'])('has nothing against Node %s', (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });

  it.each(['20.20.2', '18.0.0'])('says for Node %s which one to use', (version) => {
    expect(nodeProblem(version)).toMatch(new RegExp(`needs Node 22 or newer, and this is Node ${version}`));
  });
});
