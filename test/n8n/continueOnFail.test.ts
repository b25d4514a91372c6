import type { INodeExecutionData } from 'n8n-workflow';

import { outputOf } from './harness/executions';
import { START } from './harness/nodeTypes';
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

describe('Continue on fail', () => {
  const items = (...texts: string[]): INodeExecutionData[] =>
    texts.map((text) => ({ json: { text, keep: 'this' } }));
  const start = { name: 'Start', type: START };
  const text = '={{ $json.text }}';

  test('with the regular output, the item that failed is its error, in its place and paired', async () => {
    const node = owner.sendText({ text }, { onError: 'continueRegularOutput' });
    const run = await stage.n8n.run([start, node], items('one', '', 'three'));
    expect(run.data.resultData.error).toBeUndefined();
    expect(owner.texts).toEqual(['one', 'three']);
    const output = outputOf(run, 'WeChat');
    expect(output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
    expect(output.map(({ json }) => json.outcome)).toEqual(['accepted', undefined, 'accepted']);
    expect(output[1]!.json).toEqual({
      error: 'The text is empty',
      details: expect.stringContaining('Fill in "Text"'),
    });
  });

  test('with the error output, the item that failed goes there with its own fields', async () => {
    const node = owner.sendText({ text }, { onError: 'continueErrorOutput' });
    const run = await stage.n8n.run([start, node], items('one', '', 'three'));
    expect(run.data.resultData.error).toBeUndefined();
    expect(outputOf(run, 'WeChat').map(({ json }) => json.outcome)).toEqual(['accepted', 'accepted']);
    expect(outputOf(run, 'WeChat', 1)).toMatchObject([
      { json: { error: 'The text is empty', keep: 'this' }, pairedItem: { item: 1 } },
    ]);
  });

  test('the older setting of n8n works, too', async () => {
    const output = await stage.n8n.execute(
      owner.sendText({ text }, { continueOnFail: true }),
      items('', 'two'),
    );
    expect(output.map(({ json }) => json.error)).toEqual(['The text is empty', undefined]);
    expect(output[0]!.json.details).toContain('Fill in "Text"');
  });

  test('without it, the first failure ends the node, and later items are not sent', async () => {
    const run = await stage.n8n.run([start, owner.sendText({ text })], items('one', '', 'three'));
    expect(run.data.resultData.error).toMatchObject({
      message: 'The text is empty',
      context: { itemIndex: 1 },
    });
    expect(owner.texts).toEqual(['one']);
  });
});
