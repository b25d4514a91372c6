import { delimiter, dirname } from 'node:path';
import { n8nEnvironment } from '../../../../tools/n8n/environment';

describe('n8nEnvironment', () => {
  const input = { userFolder: '/data', port: 1234, brokerPort: 1235, encryptionKey: 'key' };

  it('binds everything to loopback and to the given ports', () => {
    expect(n8nEnvironment(input, {})).toMatchObject({
      N8N_USER_FOLDER: '/data',
      N8N_LISTEN_ADDRESS: '127.0.0.1',
      N8N_PORT: '1234',
      N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
      N8N_RUNNERS_BROKER_PORT: '1235',
    });
  });

  it('does not let the settings of the machine through, and keeps what programs need to run', () => {
    const base = {
      PATH: '/bin',
      HOME: '/home/ada',
      N8N_PROTOCOL: 'https',
      DB_TYPE: 'postgresdb',
      EXECUTIONS_MODE: 'queue',
      NODE_OPTIONS: '--inspect',
      https_proxy: 'http://proxy',
      npm_config_ignore_scripts: 'true',
    };
    const env = n8nEnvironment(input, base);
    expect(env).toMatchObject({ HOME: '/home/ada' });
    expect(env.PATH).toBe(`${dirname(process.execPath)}${delimiter}/bin`);
    for (const name of Object.keys(base).slice(2)) expect(env).not.toHaveProperty(name);
  });
});
