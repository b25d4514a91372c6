import { baseInfoProblem, headerVersion } from '../../../emulator/base-info';

const withAgent = (bot_agent: unknown) => baseInfoProblem({ channel_version: '2.4.9', bot_agent });

describe('baseInfoProblem', () => {
  it.each(['OpenClaw', 'n8n-nodes-wechat-ilink/0.1.0', 'A/1.0 (self-hosted, n8n) B/2.0', 'A/1.0 B/2.0 (x)'])(
    'takes the agent %p',
    (agent) => expect(withAgent(agent)).toBeUndefined(),
  );

  it.each([
    '',
    'A/1.0 (',
    'Ä/1.0',
    'A/1.0 ()',
    'two words',
    `A/1.0 ${'B/1 '.repeat(80)}`.trim(),
    7,
    undefined,
  ])('notes the agent %p, which loses no message', (agent) =>
    expect(withAgent(agent)).toMatchObject({ missing: false }),
  );

  it.each([undefined, null, 'x', [], {}, { channel_version: '' }, { channel_version: 2 }])(
    'takes %j for a missing base_info',
    (base_info) => expect(baseInfoProblem(base_info)).toMatchObject({ missing: true }),
  );
});

describe('headerVersion', () => {
  it('writes a version as the header does', () => {
    expect(['2.4.9', '2.4.9-beta', 'new'].map(headerVersion)).toEqual(['132105', '132105', undefined]);
  });
});
