import type { INodeExecutionData } from 'n8n-workflow';

import { everyTextIn } from './harness/deep';
import type { NodeDraft } from './harness/workflow';
import { Stage, type Person } from './harness/stage';

const TEXT = 'the Surgery is on Tuesday, room 4711';
const FORMS = ['plain', 'upper', 'lower', 'cut', 'tail', 'percent', 'base64', 'json'];
const NAMES = ['token', 'context_token', 'text', 'user_id'];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.server.faults.clear());
afterAll(() => stage.close());

/** A text as a server may write it, so that a search for the exact one does not find it. */
function spellings(text: string): string[] {
  const half = Math.ceil(text.length / 2);
  const percent = [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const written = [text.slice(0, half), text.slice(-half), percent, Buffer.from(text).toString('base64')];
  return [text, ...written].map((one) => one.toLowerCase());
}

/** What n8n would store or show of a run, its log included. */
async function tracesOf(node: NodeDraft, items: INodeExecutionData[]): Promise<string> {
  const before = stage.n8n.logs.lines.length;
  const outcome = await stage.n8n.execute(node, items).catch((error: unknown) => error);
  const lines = stage.n8n.logs.lines.slice(before).map(({ whole }) => whole);
  return [everyTextIn(outcome), JSON.stringify(outcome), ...lines].join('\n').toLowerCase();
}

describe('What a server echoes in its words of an error', () => {
  const said = NAMES.flatMap((name) => FORMS.map((form) => `{${name}:${form}}`)).join(' ');
  const file = { data: Buffer.from(TEXT).toString('base64'), mimeType: 'text/plain', fileName: 'a.txt' };
  const all: Array<[string, (person: Person) => NodeDraft]> = [
    ['sendmessage', (person) => person.sendText({ text: '={{ $json.text }}', to: person.id })],
    ['getuploadurl', (person) => person.sendMedia({ to: person.id, caption: '={{ $json.text }}' })],
    ['cdn_upload', (person) => person.sendMedia({ to: person.id, caption: '={{ $json.text }}' })],
    ['getconfig', (person) => person.typing('start', { to: person.id })],
    ['sendtyping', (person) => person.typing('start', { to: person.id })],
    ['get_bot_qrcode', (person) => person.node({ resource: 'login', operation: 'getQrCode' })],
  ];
  const answers: Array<[string, object]> = [
    ['-2', { ret: -2 }],
    ['-3', { ret: -3 }],
    ['-14', { ret: -14 }],
    ['a code that nobody knows', { ret: -7_654 }],
    ['HTTP 400', { status: 400 }],
    ['HTTP 413', { status: 413 }],
  ];
  const cases = all.flatMap(([endpoint, make]) =>
    answers.map(([name, answer]) => [endpoint, name, answer, make] as const),
  );

  test.each(cases)('reaches no error, no item and no log: %s, %s', async (endpoint, _name, answer, make) => {
    const person = await stage.owner();
    const headers = { 'x-error-message': `${TEXT} ${person.login.bot_token} ${TEXT.toUpperCase()}` };
    const errmsg = `${said} max 4711 bytes of ${said}`;
    stage.server.faults.add({ endpoint: endpoint as 'sendmessage', times: 9, ...answer, errmsg, headers });
    const items = [{ json: { text: TEXT }, binary: { data: file } }];
    for (const onRefused of ['error', 'continue']) {
      const node = make(person);
      node.parameters = { ...node.parameters, options: { onRefused } };
      const traces = await tracesOf(node, items);
      // What the node itself was given may be named.
      for (const secret of [TEXT, person.login.bot_token].flatMap(spellings))
        expect(traces).not.toContain(secret);
      // A number of the message is no limit of the server, and only a message has a text.
      if (endpoint === 'sendmessage') expect(traces).not.toMatch(/4,711/);
      if (endpoint !== 'sendmessage') expect(traces).not.toContain('text is too long');
    }
  });
});
