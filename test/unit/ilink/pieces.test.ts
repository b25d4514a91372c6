import { joinPieces } from '../../../ilink/pieces';

describe('The pieces of an answer', () => {
  let steps: number;
  const between = async (): Promise<void> => {
    steps++;
  };
  beforeEach(() => (steps = 0));

  it('become one, in their order', async () => {
    const whole = await joinPieces([Buffer.from('a'), Buffer.alloc(0), Buffer.from('bc')], between);
    expect([whole.toString(), steps]).toEqual(['abc', 0]);
    expect(await joinPieces([], between)).toHaveLength(0);
  });

  it('are copied in steps when they are large', async () => {
    const pieces = Array.from({ length: 10 }, (_, i) => Buffer.alloc(1_000, i));
    expect((await joinPieces(pieces, between, 2_000)).equals(Buffer.concat(pieces))).toBe(true);
    expect(steps).toBe(4);
  });

  it('are not copied when it is only one', async () => {
    const piece = Buffer.alloc(10_000);
    expect(await joinPieces([piece], between, 1)).toBe(piece);
    expect(steps).toBe(0);
  });
});
