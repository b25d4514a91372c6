import { known } from '../../../ilink/phrases';

describe('A phrase of the server', () => {
  it('is given in our own spelling, whatever its case', () => {
    expect(known(' Prepare FAILED ')).toBe('prepare failed');
    expect(known('gettypingticket rpc failed')).toBe('GetTypingTicket rpc failed');
  });

  it.each(['', 'prepare failed: tok_1', 'prepare', 'prepare%20failed', 'anything else'])(
    'is nothing when it is more or less than one that is known: "%s"',
    (said) => {
      expect(known(said)).toBeUndefined();
    },
  );
});
