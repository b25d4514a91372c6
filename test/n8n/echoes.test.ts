import type { INodeExecutionData } from 'n8n-workflow';

import { ECHOES, echoing, spellings } from '../support/echoing';
import { seededRandom } from '../support/seeded-random';
import { removeTempFolders } from '../support/temp-folder';
import { systemClock } from '../../ilink/clock';
import { readMessage } from '../../ilink/incoming';
import { toItemJson } from '../../nodes/WeChat/trigger/item';
import { everyTextIn } from './harness/deep';
import { TestProcess } from './harness/process';
import type { NodeDraft } from './harness/workflow';
import { Stage, type Person } from './harness/stage';

const TEXT = 'the Surgery is on Tuesday, room 4711';
const FORMS = ['plain', 'upper', 'lower', 'cut', 'tail', 'percent', 'base64', 'json'];
const PAUSES_MS = 4_000;
const NAMES = ['token', 'context_token', 'text', 'user_id'];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  // What is tried again comes after seconds, and how often is what counts here. Time-outs are longer, and stay.
  const after = systemClock.after.bind(systemClock);
  jest
    .spyOn(systemClock, 'after')
    .mockImplementation((ms, ...rest) => after(ms <= PAUSES_MS ? ms / 20 : ms, ...rest));
});
afterEach(() => stage.server.faults.clear());
afterAll(() => {
  jest.restoreAllMocks();
  return stage.close();
});
afterAll(removeTempFolders);

/** The state of a login holds its code on purpose. */
function withoutState(items: INodeExecutionData[]): INodeExecutionData[] {
  return items.map(({ json: { state: _itsCode, url: _address, text: _picture, ...json }, ...item }) => ({
    ...item,
    json,
  }));
}

/** What n8n would store or show of a run, its log included. */
async function tracesOf(node: NodeDraft, items: INodeExecutionData[]): Promise<string> {
  const before = stage.n8n.logs.lines.length;
  const outcome = await stage.n8n.execute(node, items).then(withoutState, (error: unknown) => error);
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

describe('What a server or a gateway writes back, however', () => {
  const file = { data: Buffer.from(TEXT).toString('base64'), mimeType: 'text/plain', fileName: 'a.txt' };
  const RUNS = 2;
  const login = () => ({ apiBaseUrl: stage.server.apiUrl, cdnBaseUrl: stage.server.cdnUrl });
  const loginNode = (person: Person, operation: string, more: object = {}): NodeDraft => {
    const parameters = { resource: 'login', operation, ...more, options: login() };
    const { credential: _none, ...draft } = person.node(parameters as NodeDraft['parameters']);
    return draft as NodeDraft;
  };
  interface Case {
    node: NodeDraft;
    items: INodeExecutionData[];
    secrets: string[];
    /** What the request carries of it (see {@link echoing}). */
    carries: string[];
  }
  const withText = (node: NodeDraft): Case => ({
    node,
    items: [{ json: { text: TEXT }, binary: { data: file } }],
    secrets: [TEXT],
    carries: ['token', 'context_token', 'text'],
  });
  const nodes: Record<string, (person: Person) => Promise<Case> | Case> = {
    sendmessage: (person) => withText(person.sendText({ text: '={{ $json.text }}', to: person.id })),
    getuploadurl: (person) => withText(person.sendMedia({ to: person.id, caption: '={{ $json.text }}' })),
    cdn_upload: (person) => withText(person.sendMedia({ to: person.id, caption: '={{ $json.text }}' })),
    getconfig: (person) => withText(person.typing('start', { to: person.id })),
    sendtyping: (person) => withText(person.typing('start', { to: person.id })),
    get_bot_qrcode: (person) => withText(loginNode(person, 'getQrCode')),
    get_qrcode_status: async (person) => {
      const [code] = await stage.n8n.execute(loginNode(person, 'getQrCode'), [{ json: {} }]);
      const { state, url } = code!.json as { state: { qrcode: string }; url: string };
      stage.server.scan(url);
      const node = loginNode(person, 'waitForScan', {
        loginState: '={{ $json.state }}',
        saveTo: 'output',
        waitForEnd: false,
      });
      return { node, items: [{ json: { state } }], secrets: [state.qrcode], carries: ['qrcode'] };
    },
    cdn_download: async (person) => {
      const message = await person.writes({
        media: { kind: 'file', name: 'a.txt', bytes: Buffer.from(TEXT) },
      });
      const json = toItemJson(readMessage(message), false);
      const [{ media }] = json.media as [{ media: { encrypt_query_param: string } }];
      return {
        node: person.download(),
        items: [{ json }],
        secrets: [TEXT, media.encrypt_query_param],
        carries: ['file'],
      };
    },
  };
  const cases = Object.keys(nodes).flatMap((endpoint) => ECHOES.map((kind) => [endpoint, kind] as const));
  test.each(cases)('reaches no error, no item and no log: %s, %s', async (endpoint, kind) => {
    const random = seededRandom(cases.findIndex(([one, other]) => one === endpoint && other === kind));
    for (let run = 0; run < RUNS; run++) {
      const person = await stage.owner();
      const given = await nodes[endpoint]!(person);
      const answer = echoing(kind, random, run === 0 ? undefined : given.carries);
      stage.server.faults.add({ endpoint: endpoint as 'sendmessage', times: 9, ...answer });
      const traces = await tracesOf(given.node, given.items);
      stage.server.faults.clear();
      for (const secret of [...given.secrets, person.login.bot_token].flatMap(spellings))
        expect([answer, traces.includes(secret) && secret]).toEqual([answer, false]);
    }
  });

  test.each(ECHOES)('reaches no status item, no execution and no log: getupdates, %s', async (kind) => {
    const random = seededRandom(ECHOES.indexOf(kind));
    const person = stage.newOwner();
    const process = new TestProcess(stage);
    const before = stage.n8n.logs.lines.length;
    const heard = await process.listen(person, { statusItems: true });
    const answers = [echoing(kind, random), echoing(kind, random, ['token'])];
    for (const [i, answer] of answers.entries())
      stage.server.faults.add({ endpoint: 'getupdates', times: i === 0 ? 2 : 500, ...answer });
    await person.writes('first');
    const begin = process.clock.now();
    await process.until(() => process.clock.now() - begin > 5 * 60_000);
    await process.stop();
    stage.server.faults.clear();
    const lines = stage.n8n.logs.lines.slice(before).map(({ whole }) => whole);
    const { emits, failedExecutions, fatal } = heard.log;
    const told = everyTextIn([emits, failedExecutions, fatal, lines, process.reports]).toLowerCase();
    for (const secret of spellings(person.login.bot_token))
      expect([answers, told.includes(secret) && secret]).toEqual([answers, false]);
  });
});
