import type { INodeExecutionData } from 'n8n-workflow';

import { fileLike } from '../support/file-heads';
import { Stage, type Person } from './harness/stage';

let stage: Stage;
let owner: Person;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  owner = await stage.owner();
});
afterAll(() => stage.close());

const LONG = '今天天气很好，我们去公园散步吧。'.repeat(375);
const PROSE = 'One sentence after the other, and none of them is lost. '.repeat(54).trim();
const MARKDOWN = `##### Report

| Name | Description | Value |
|---|---|---|
| timeout | how long a request may take, with all retries | 15000 |

<p>Use <b>--time &lt;time&gt;</b>, C:\\Users\\_me\\a.txt, List&lt;a&gt;</p>`;

const picture = async (): Promise<INodeExecutionData> => ({
  json: {},
  binary: { data: await stage.n8n.file(fileLike('image/png', 500), { mimeType: 'image/png' }) },
});
const announcements = () =>
  stage.server.requests('getuploadurl').filter(({ bot_id }) => bot_id === owner.botId);
const texts = (): string[] => owner.received.flatMap(({ type, text }) => (type === 'text' ? [text!] : []));
const bare = (text: string): string => text.replace(/\s/g, '');

describe('The caption of a file', () => {
  test.each([
    ['18,000 bytes', LONG],
    ['3,000 characters of prose', PROSE],
  ])('of %s goes out in parts, every character of it, and the file behind them', async (_what, caption) => {
    const [output] = await stage.n8n.execute(owner.sendMedia({ caption }), [await picture()]);
    expect(owner.received.map(({ type }) => type)).toEqual([...texts().map(() => 'text'), 'image']);
    expect(texts().length).toBeGreaterThan(1);
    for (const text of texts()) expect(text.length).toBeLessThanOrEqual(2000);
    expect(bare(texts().join(''))).toBe(bare(caption));
    expect(output!.json).toMatchObject({ outcome: 'accepted' });
    expect(stage.server.dropped.filter(({ bot_id }) => bot_id === owner.botId)).toEqual([]);
  });

  test('is prepared as the text of Send Text is, with the same options', async () => {
    await stage.n8n.execute(owner.sendMedia({ caption: MARKDOWN }), [await picture()]);
    await stage.n8n.execute(owner.sendText({ text: MARKDOWN }), [{ json: {} }]);
    const [caption, text] = texts();
    expect(caption).toBe(text);
    expect(caption).toContain('**Report**');
    expect(caption).toContain('- Name: timeout\n  - Description: how long');
    expect(caption).toContain('Use --time <time>, C:\\Users\\_me\\a.txt, List<a>');
    const asIs = { caption: MARKDOWN, options: { format: 'asIs', maxCharacters: 100 } };
    await stage.n8n.execute(owner.sendMedia(asIs), [await picture()]);
    expect(bare(texts().slice(2).join(''))).toContain(bare('##### Report'));
    for (const part of texts().slice(2)) expect(part.length).toBeLessThanOrEqual(100);
  });

  test('that has to wait waits in parts that can be sent', async () => {
    const options = { quota: 1 };
    await stage.n8n.execute(owner.sendText({ text: 'first', options }), [{ json: {} }]);
    const [output] = await stage.n8n.execute(owner.sendMedia({ caption: LONG, options }), [await picture()]);
    expect(output!.json).toMatchObject({ outcome: 'queued' });
    for (const part of output!.json.parts as { outcome: string }[]) expect(part.outcome).toBe('queued');
    expect(texts()).toEqual(['first']);
  });

  test('that is an object is refused before anything is uploaded', async () => {
    const sending = stage.n8n.execute(owner.sendMedia({ caption: { a: 1 } }), [await picture()]);
    await expect(sending).rejects.toThrow('an object and not a text');
    expect(announcements()).toEqual([]);
  });

  test('that the user has to write for, and that is not to wait, is refused before anything is uploaded', async () => {
    const options = { quota: 1, whenClosed: 'error' };
    await stage.n8n.execute(owner.sendText({ text: 'first', options }), [{ json: {} }]);
    const sending = stage.n8n.execute(owner.sendMedia({ caption: 'second', options }), [await picture()]);
    await expect(sending).rejects.toThrow('closed until the user writes again');
    expect(announcements()).toEqual([]);
    expect(texts()).toEqual(['first']);
  });
});
