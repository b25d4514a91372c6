import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loginWorkflow, renewalWorkflow } from '../../../demo/loginWorkflow';

const example = (name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, '..', '..', '..', 'examples', name), 'utf8'));
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('loginWorkflow', () => {
  it('is the workflow that lies in examples/ for import, without a credential', () => {
    expect(example('connect-wechat.json')).toEqual(plain(loginWorkflow()));
    expect(JSON.stringify(loginWorkflow())).not.toContain('"credentials"');
  });

  it('gives the login page, and no other node, the credential for the API', () => {
    const { nodes } = loginWorkflow({ credential: { id: '1', name: 'n8n' } });
    const withCredential = nodes.filter(({ credentials }) => credentials);
    expect(withCredential.map(({ name }) => name)).toEqual(['WeChat Login Trigger']);
  });
});

describe('The examples', () => {
  it('fix no webhook id: who knows one knows the address of the page', () => {
    for (const name of readdirSync(join(__dirname, '..', '..', '..', 'examples')))
      expect(JSON.stringify(example(name))).not.toContain('webhookId');
  });
});

describe('renewalWorkflow', () => {
  const { nodes, connections } = renewalWorkflow();

  it('is the workflow that lies in examples/ for import', () => {
    expect(example('ask-for-a-new-login.json')).toEqual(plain(renewalWorkflow()));
  });

  it('hears of status changes and connects nodes that exist', () => {
    expect(nodes[0]?.parameters).toEqual({ options: { statusItems: true } });
    const names = nodes.map(({ name }) => name);
    const targets = Object.values(connections).flatMap(({ main }) => main!.flat().map(({ node }) => node));
    expect(names).toEqual(expect.arrayContaining(targets));
    expect(targets).toEqual(['A Login Is Needed', 'Send Link']);
  });
});
