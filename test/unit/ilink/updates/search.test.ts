import { nextMessage } from '../../../../ilink/updates/search';
import { inSteps } from '../../../../ilink/updates/steps';
import { ValueReader } from '../../../../ilink/updates/values';

const search = async (text: string, from = 0): Promise<unknown> => {
  const found = await inSteps(nextMessage(new ValueReader(Buffer.from(text)), from));
  return found && [found.value.from, found.message];
};
const message = '{"message_id":"1"}';

describe('nextMessage', () => {
  it('is the next object that looks like one, with its place', async () => {
    expect(await search(`"seq":tru},${message}]`)).toEqual([11, { message_id: '1' }]);
    expect(await search(`${message},${message}`, 1)).toEqual([19, { message_id: '1' }]);
  });

  it('is not a part of a whole value, and may be one of a broken value', async () => {
    expect(await search(`{"x":${message}}`)).toBeUndefined();
    expect(await search(`{"x":${message}`)).toEqual([5, { message_id: '1' }]);
  });

  it('may be a part of a whole reply', async () =>
    expect(await search(`{"msgs":[${message}]}`)).toEqual([9, { message_id: '1' }]));

  it.each(['', 'no JSON', '{}', '{"a":1}', '{"message_id":', '{ {{{'])('is none in %j', async (text) =>
    expect(await search(text)).toBeUndefined(),
  );

  it('passes what is nested too deeply', async () => {
    const deep = `{"message_id":"0","x":${'['.repeat(600)}${']'.repeat(600)}}`;
    expect(await search(`${deep},${message}`)).toEqual([deep.length + 1, { message_id: '1' }]);
  });
});
