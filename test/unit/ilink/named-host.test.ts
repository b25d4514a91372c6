import { hostToName, NoHost } from '../../../ilink/named-host';

const SECRET = 'Kx7_pQ2vLm9-Zt4wRb1yNc8s';

describe('hostToName', () => {
  it.each([
    ['https://files.example.com:8443/a?b=c', 'files.example.com:8443'],
    ['login.example.com', 'login.example.com'],
    ['10.0.0.7:80', '10.0.0.7:80'],
    ['HTTP://Example.COM', 'example.com'],
  ])('names the host of %s', (named, host) => {
    expect(hostToName(named, [SECRET, ''])).toBe(host);
  });

  it.each([
    ['whole', `https://${SECRET}.example.com`],
    ['in upper case', `${SECRET.toUpperCase()}.example.com`],
    ['the first half', `${SECRET.slice(0, 12)}.example.com`],
    ['the second half', `x${SECRET.slice(12)}.example.com`],
    [
      'percent-encoded',
      `${[...Buffer.from(SECRET)].map((byte) => `%${byte.toString(16)}`).join('')}.example.com`,
    ],
    ['base64', `${Buffer.from(SECRET).toString('base64').replaceAll('=', '')}.example.com`],
    ['hexadecimal', `${Buffer.from(SECRET).toString('hex')}.example.com`],
  ])('names none that holds what was sent: %s', (_how, named) => {
    expect(hostToName(named, [SECRET])).toBe(NoHost.withheld);
  });

  it('takes nothing else for a host', () => {
    expect(hostToName(`not a host ${SECRET}`, [])).toBe(NoHost.none);
  });
});
