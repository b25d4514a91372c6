import type { Fault } from '../../emulator';

const FORMS = ['plain', 'upper', 'lower', 'cut', 'tail', 'percent', 'base64', 'json'];
const NAMES = ['token', 'context_token', 'text', 'qrcode', 'file'];
const CODES = [-1, -2, -3, -4, -13, -14, 1, -7_654, '-2'];
const STATUSES = [302, 400, 401, 403, 404, 413, 429, 500, 503];
const PREFIXES = ['', 'invalid context_token: ', 'prepare failed ', 'max 4711 bytes of ', 'text too long: '];

type Answer = Omit<Fault, 'endpoint'>;
type Pick = <Item>(items: readonly Item[]) => Item;

/** What servers and gateways do that write back what they were sent: in words, in pages, in JSON, in headers, in half answers. */
const ANSWERS: Record<string, (words: string, pick: Pick) => Answer> = {
  code: (errmsg, pick) => ({ ret: pick(CODES), errmsg }),
  'code of text': (words) => ({ body: JSON.stringify({ ret: words, errcode: words, errmsg: words }) }),
  status: (words, pick) => ({ status: pick(STATUSES), body: words, headers: { 'x-error-message': words } }),
  page: (words, pick) => ({
    status: pick([200, 403, 502]),
    body: `<!DOCTYPE html><html><title>${words}</title><body>${words}</body></html>`,
    headers: { 'content-type': 'text/html' },
  }),
  'half an answer': (words) => ({ body: `{"ret":-2,"errmsg":"${words}` }),
  'no JSON': (words) => ({ body: `[${words}]` }),
  'other fields': (words) => ({
    body: JSON.stringify({ ret: 0, message_id: words, typing_ticket: {}, status: words, msgs: words }),
  }),
  address: (words) => ({
    body: JSON.stringify({
      ret: 0,
      qrcode: words,
      qrcode_img_content: `not an address ${words}`,
      status: 'scaned_but_redirect',
      redirect_host: `${words}.example`,
      upload_full_url: `http://127.0.0.1:9/${words}`,
    }),
  }),
  redirect: (words) => ({
    status: 302,
    body: '',
    headers: { location: `https://${words}.example/${words}` },
  }),
  headers: (words) => ({
    status: 503,
    body: words,
    headers: {
      [`x-${words}`]: words,
      'retry-after': words,
      'content-type': words,
      'set-cookie': `a=${words}`,
      date: words,
    },
  }),
};

const IN_JSON: ReadonlySet<string> = new Set(['code of text', 'other fields', 'address']);

/** The kinds of answers that {@link echoing} makes. */
export const ECHOES = Object.keys(ANSWERS);

/**
 * An answer that holds what the request carried, in some spelling.
 *
 * @param kind one of {@link ECHOES}
 * @param random a number from 0 up to 1
 * @param names what the request carries; without it the answer holds everything in every spelling, with it one in one spelling
 */
export function echoing(kind: string, random: () => number, names?: readonly string[]): Answer {
  const pick: Pick = (items) => items[Math.floor(random() * items.length)]!;
  // Quotes would end the text in which they stand.
  const forms = IN_JSON.has(kind) ? FORMS.filter((form) => form !== 'json') : FORMS;
  const all = (names ?? NAMES).flatMap((name) => forms.map((form) => `{${name}:${form}}`));
  const words = names ? pick(all) : all.join(kind === 'address' || kind === 'redirect' ? '.' : ' ');
  return ANSWERS[kind]!(`${kind === 'code' || kind === 'status' ? pick(PREFIXES) : ''}${words}`, pick);
}

/** A text as a server may write it: all in lower case, in which the search is made. Short halves are no proof of anything. */
export function spellings(text: string): string[] {
  if (text === '') return [];
  const half = Math.ceil(text.length / 2);
  const percent = [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const json = JSON.stringify(text).slice(1, -1);
  const dashed = text.replace(/[^\w-]/g, '-');
  const written = [text, text.slice(0, half), text.slice(-half), percent, json, dashed];
  const base64 = Buffer.from(text).toString('base64').replace(/=+$/, '');
  return [...new Set([...written, base64].map((one) => one.toLowerCase()))].filter(
    ({ length }) => length >= 8,
  );
}
