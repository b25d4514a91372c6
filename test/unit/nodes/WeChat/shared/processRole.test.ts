import { roleOf } from '../../../../../nodes/WeChat/shared/processRole';

describe('roleOf', () => {
  it('says what a process of n8n is by its command, in queue mode only', () => {
    const queue = { EXECUTIONS_MODE: 'queue' };
    const roles = [[], ['start'], ['worker', '--concurrency=5'], ['webhook']].map((args) =>
      roleOf(queue, ['node', '/usr/local/bin/n8n', ...args]),
    );
    expect(roles).toEqual(['main', 'main', 'worker', 'webhook']);
    expect(roleOf({}, ['node', 'n8n', 'worker'])).toBeUndefined();
  });
});
