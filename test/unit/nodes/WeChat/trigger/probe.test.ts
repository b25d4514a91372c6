import { ILinkApiError, ILinkHttpError } from '../../../../../ilink/errors';
import { probe } from '../../../../../nodes/WeChat/trigger/probe';
import { settle } from '../../../../support/fake-clock';

describe('The probe of a test in the editor', () => {
  const after = async (answer: Promise<object>): Promise<unknown> => {
    const trouble = probe(
      { client: { getConfig: () => answer } } as unknown as Parameters<typeof probe>[0],
      'u',
    );
    await settle();
    return trouble();
  };

  it.each([
    ['a ticket', Promise.resolve({ typing_ticket: 't' })],
    ['a code of the API', Promise.reject(new ILinkApiError('getconfig', { ret: -4 }, []))],
  ])('finds nothing wrong with %s', async (_what, answer) => expect(await after(answer)).toBeUndefined());

  it('says what is wrong, also when there is no answer or one of something else', async () => {
    const denied = new ILinkHttpError('getconfig', 403);
    expect(await after(Promise.reject(denied))).toBe(denied);
    expect(await after(Promise.resolve({}))).toMatchObject({ kind: 'unintelligible' });
    expect(await after(new Promise(() => undefined))).toMatchObject({ kind: 'timed_out' });
  });
});
