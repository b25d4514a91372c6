import { OutgoingBody, type Body } from '../../../ilink/outgoing-body';

async function* failingAfter(piece: string, error: Error): AsyncGenerator<Buffer> {
  yield Buffer.from(piece);
  throw error;
}
async function* of(...pieces: string[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}
const drain = async (body: OutgoingBody): Promise<string[]> => {
  const pieces: string[] = [];
  for await (const piece of body.content as unknown as AsyncIterable<Buffer>) pieces.push(String(piece));
  return pieces;
};

describe('OutgoingBody', () => {
  it.each(['text', Buffer.from('bytes')])('leaves a whole body as it is: %p', (given: Body) => {
    expect(new OutgoingBody(given, () => undefined).content).toBe(given);
  });

  it('makes nothing of no body', () => {
    expect(new OutgoingBody(undefined, () => undefined).content).toBeNull();
  });

  it('tells of every piece that was taken, and not of one that still waits', async () => {
    let progress = 0;
    const body = new OutgoingBody(of('a', 'b'), () => progress++);
    const pieces = (body.content as unknown as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    await pieces.next();
    expect(progress).toBe(0);
    await pieces.next();
    expect(progress).toBe(1);
    await pieces.next();
    expect(progress).toBe(2);
  });

  it('tells nothing any more when the exchange is over', async () => {
    let progress = 0;
    const body = new OutgoingBody(of('a', 'b'), () => progress++);
    body.end();
    expect(await drain(body)).toEqual(['a', 'b']);
    expect(progress).toBe(0);
  });

  it('keeps what its source failed with', async () => {
    const cause = new Error('disk gone');
    const body = new OutgoingBody(failingAfter('a', cause), () => undefined);
    body.throwSourceFailure();
    await expect(drain(body)).rejects.toBe(cause);
    expect(() => body.throwSourceFailure()).toThrow(cause);
  });
});
