import { randomBytes } from 'node:crypto';
import { Agent, request } from 'undici';

/** How many answers there were, by what was answered. */
export type Tally = Record<string, number>;

const METHODS = ['POST', 'POST', 'POST', 'POST', 'GET', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;
const AT_ONCE = 8;
/** A body that the server does not wait for comes as a cut connection. */
const LIMIT_MS = 30_000;

/** What one request is made of. */
interface Shot {
  method: (typeof METHODS)[number];
  headers: Record<string, string>;
  body: string | Buffer | null;
}

/**
 * Sends requests with methods, headers and bodies by chance, as somebody would who knows the address and has no link.
 *
 * @param random between 0 and 1
 * @returns what was answered: the status, behind it who answered, as far as the body tells
 */
export async function fuzzPage(url: string, count: number, random: () => number): Promise<Tally> {
  const dispatcher = new Agent({ connections: AT_ONCE });
  const tally: Tally = {};
  let sent = 0;
  const send = async (): Promise<void> => {
    while (sent++ < count) {
      if (sent % 5_000 === 0) console.log(`    ${sent} requests: ${JSON.stringify(tally)}`);
      const answered = await fire(url, shot(random), dispatcher);
      tally[answered] = (tally[answered] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  await dispatcher.close();
  return tally;
}

async function fire(url: string, { method, headers, body }: Shot, dispatcher: Agent): Promise<string> {
  try {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const answer = await request(url, { method, headers, body, dispatcher, signal });
    const text = await answer.body.text();
    // A header that only the page sets.
    const ours = answer.headers['x-robots-tag'] !== undefined;
    return `${answer.statusCode} ${ours ? 'page' : 'n8n'}${answer.statusCode === 500 ? ` ${text.slice(0, 120)}` : ''}`;
  } catch (error) {
    return `cut ${(error as { code?: string }).code ?? (error as Error).name}`;
  }
}

function shot(random: () => number): Shot {
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
  const method = pick(METHODS);
  const [type, body] = pick(BODIES)(random, pick);
  const headers = Object.fromEntries(
    Object.entries(HEADERS)
      .filter(() => random() < 0.2)
      .map(([name, values]) => [name, pick(values)]),
  );
  if (type !== '') headers['content-type'] = type;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return { method, headers, body: hasBody ? body : null };
}

const HEADERS: Record<string, readonly string[]> = {
  cookie: ['wechat-ilink-login=', `wechat-ilink-login=${'a'.repeat(43)}`, '=;;=', 'n8n-auth=x', 'é'],
  'accept-language': ['zh', 'zh;q=x', '*', ',;q=,', 'a'.repeat(5_000)],
  'x-forwarded-proto': ['https', 'https,http', '', 'gopher'],
  origin: ['null', 'https://example.com', ''],
  'x-http-method-override': ['DELETE', 'nonsense'],
  accept: ['text/html', '*/*;q=9', ''],
  traceparent: [`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, 'x'],
  authorization: ['Bearer x', 'Basic =='],
  range: ['bytes=0-1', 'bytes=-'],
};

type Pick = <Value>(values: readonly Value[]) => Value;

const JSON_TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=latin1',
];

/** Kinds of bodies, with their type. */
const BODIES: ReadonlyArray<(random: () => number, pick: Pick) => [type: string, body: string | Buffer]> = [
  () => ['', ''],
  (_random, pick) => [pick(JSON_TYPES), ''],
  (_random, pick) => [pick(JSON_TYPES), pick(['null', '0', '""', '[]', '{}', 'true', '[null]', '"start"'])],
  (_random, pick) => [
    pick(JSON_TYPES),
    pick(['{', '[1,', '{"do":', 'undefined', '\ufeff{}', '{"a":1}}', '\u0000']),
  ],
  (random, pick) => [pick(JSON_TYPES), JSON.stringify(pageLike(random, pick))],
  (random, pick) => [pick(JSON_TYPES), JSON.stringify(pageLike(random, pick))],
  (_random, pick) => [pick(JSON_TYPES), '['.repeat(pick([10, 1_000, 20_000]))],
  (_random, pick) => [
    pick(JSON_TYPES),
    `{"do":"look","ticket":"\\ud800${'x'.repeat(pick([0, 43, 100_000]))}"}`,
  ],
  () => ['application/x-www-form-urlencoded', 'do=start&ticket=a&ticket=b&__proto__[x]=1'],
  () => ['text/plain', 'do=start'],
  () => ['application/xml', '<do><start/></do>'],
  () => ['application/xml', '<do'],
  () => [
    'multipart/form-data; boundary=x',
    '--x\r\nContent-Disposition: form-data; name="do"\r\n\r\nstart\r\n--x--\r\n',
  ],
  () => ['multipart/form-data', 'no boundary'],
  (random) => ['application/octet-stream', randomBytes(Math.floor(random() * 2_000))],
  (random) => ['image/png', randomBytes(Math.floor(random() * 200))],
];

/** What the page sends, with everything in it wrong that can be. */
function pageLike(random: () => number, pick: Pick): object {
  const odd = (): unknown =>
    pick<unknown>([
      null,
      1,
      true,
      [],
      {},
      '',
      'start',
      '__proto__',
      'x'.repeat(43),
      '字'.repeat(300),
      '\u0000',
    ]);
  const fields: Record<string, unknown> = {
    do: pick<unknown>(['look', 'start', 'code', 'delete', odd()]),
    ticket: pick<unknown>(['', guess(random), guess(random), guess(random), odd()]),
    shown: odd(),
    code: odd(),
  };
  return Object.fromEntries(Object.entries(fields).filter(() => random() < 0.9));
}

/** A ticket that nobody has made. */
function guess(random: () => number): string {
  const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return Array.from({ length: 43 }, () => characters[Math.floor(random() * 64)]).join('');
}
