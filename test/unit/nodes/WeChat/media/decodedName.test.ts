import { decodeName } from '../../../../../nodes/WeChat/media/decodedName';

const word = (text: string, charset = 'UTF-8'): string =>
  `=?${charset}?B?${Buffer.from(text).toString('base64')}?=`;

describe('decodeName', () => {
  it.each([
    [word('月报 2026.xlsx'), '月报 2026.xlsx'],
    [`${word('月')} ${word('报.xlsx')}`, '月报.xlsx'],
    [`${word('月')}\r\n\t${word('报')}.xlsx`, '月报.xlsx'],
    ['=?iso-8859-1?q?B=FCro=2Etxt?=', 'Büro.txt'],
    ['=?GBK?B?1MKxqA==?=.doc', '月报.doc'],
    ['=?Shift_JIS?B?i06VWA==?=.txt', '起氷.txt'],
    ['=?utf-8*zh?Q?=E6=9C=88?=.txt', '月.txt'],
    ['Re: =?UTF-8?Q?=E6=9C=88?= and =?UTF-8?Q?=E6=8A=A5?=', 'Re: 月 and 报'],
    ['æ\u009c\u0088.txt', '月.txt'],
    ['100%25%20off.txt', '100%25%20off.txt'],
    ['a%2Fb.txt', 'a%2Fb.txt'],
    ['%B1%A8.txt', '%B1%A8.txt'],
  ])('reads %j as %j', (name, decoded) => expect(decodeName(name)).toBe(decoded));

  it('puts letters together that were cut between two words', () => {
    const [a, b] = [Buffer.from('报'), Buffer.from('告')];
    const bytes = Buffer.concat([a, b]);
    const words = [bytes.subarray(0, 2), bytes.subarray(2)].map(
      (part) => `=?UTF-8?B?${part.toString('base64')}?=`,
    );
    expect(decodeName(words.join(' '))).toBe('报告');
  });

  it.each(['=?x-nobody-knows?B?5pyI?=', '=?UTF-8?Z?5pyI?=', '=?=', 'a=?b?=', 'Büro.txt', '月报.xlsx', ''])(
    'leaves %j as it is',
    (name) => expect(decodeName(name)).toBe(name),
  );
});
