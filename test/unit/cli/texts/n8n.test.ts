import { n8nWords, noneNamed, severalNamed } from '../../../../cli/texts/n8n';
import { ApiError, type ApiFailure } from '../../../../n8n-api/error';

const url = 'http://n8n:5678';

describe('n8nWords', () => {
  it.each<[ApiFailure, RegExp]>([
    ['api_unreachable', /could not be reached at http:\/\/n8n:5678 \(ECONNREFUSED\)/],
    ['api_unauthorized', /does not accept the API key/],
    ['api_forbidden', /may not do this/],
    ['api_refused', /HTTP 500 when it was to create the credential: no room/],
    ['not_the_api', /is not the API of n8n/],
  ])('of %s say what happened and what to do in the terminal', (code, said) => {
    const facts = { status: 500, said: 'no room', reason: 'ECONNREFUSED' };
    const { message, next } = n8nWords(new ApiError(code, facts), url, 'create');
    expect(message).toMatch(said);
    expect(next).toMatch(/--n8n-url|n8n API/);
  });
});

describe('A credential that is named on the command line', () => {
  const mine = { id: 'c9', name: 'Mine' };

  it('is told by its id where several have the name', () => {
    expect(severalNamed('Mine', [mine, { ...mine, id: 'c8' }]).next).toBe('Name one by its id: c9, c8.');
  });

  it('is told among those that there are where none has it', () => {
    expect(noneNamed('Other', [mine]).next).toBe('There are: "Mine" (c9).');
    expect(noneNamed('Other', []).next).toBe('Leave --n8n-credential out to create one.');
  });
});
