import { apiBaseUrl, editorUrl } from '../../../n8n-api/address';

describe('apiBaseUrl', () => {
  it.each([
    ['http://localhost:5678', 'http://localhost:5678/api/v1'],
    ['http://localhost:5678/', 'http://localhost:5678/api/v1'],
    [' https://n8n.example.com/api/v1/ ', 'https://n8n.example.com/api/v1'],
    ['https://example.com/n8n', 'https://example.com/n8n/api/v1'],
    ['localhost:5678', undefined],
    ['', undefined],
  ])('%s is %s', (text, url) => {
    expect(apiBaseUrl(text)).toBe(url);
  });
});

describe('editorUrl', () => {
  it.each(['http://n8n:5678', 'http://n8n:5678/', 'http://n8n:5678/api/v1', 'http://n8n:5678/api/v1/'])(
    'finds the address of n8n in %s',
    (url) => {
      expect(editorUrl(url)).toBe('http://n8n:5678');
    },
  );
});
