import type { RequestRecord } from './types';

/** What a server may write back into an error, and how: as it came, or so that a search for the exact text does not find it. */
const FORMS: Record<string, (text: string) => string> = {
  plain: (text) => text,
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  cut: (text) => text.slice(0, Math.ceil(text.length / 2)),
  tail: (text) => text.slice(Math.floor(text.length / 2)),
  percent: (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  base64: (text) => Buffer.from(text).toString('base64'),
  json: (text) => JSON.stringify(text),
};

const PLACEHOLDER = /\{(token|context_token|text|user_id|qrcode|file)(?::(\w+))?\}/g;

/**
 * Fills `{token}`, `{context_token}`, `{text}`, `{user_id}`, `{qrcode}` and `{file}` (the parameter of a file on the CDN) with what
 * the request carried; `{token:upper}` and so on writes it otherwise (`lower`, `cut`, `tail`, `percent`, `base64`, `json`). A form that there is none of leaves the text as it stands.
 */
export function fillPlaceholders(template: string, record: RequestRecord): string {
  return template.replace(PLACEHOLDER, (whole, name: string, form = 'plain') => {
    const write = Object.hasOwn(FORMS, form) ? FORMS[form] : undefined;
    return write ? write(valueOf(name, record)) : whole;
  });
}

/** The same in names and values of headers, as far as HTTP takes it. */
export function fillHeaders(headers: Record<string, string>, record: RequestRecord): Record<string, string> {
  const filled = Object.entries(headers).map(([name, value]) => [
    fillPlaceholders(name, record).replace(/[^\w-]/g, '-'),
    fillPlaceholders(value, record).replace(/[^\x20-\x7e]/g, '?'),
  ]);
  return Object.fromEntries(filled) as Record<string, string>;
}

type Fields = Record<string, unknown>;

/** Where they stand in the address of a request. */
const IN_QUERY: Record<string, string> = { qrcode: 'qrcode', file: 'encrypted_query_param' };

function valueOf(name: string, { headers, body, path }: RequestRecord): string {
  const parameter = IN_QUERY[name];
  if (parameter) return new URL(path, 'http://localhost').searchParams.get(parameter) ?? '';
  if (name === 'token') return String(headers['authorization'] ?? '').replace(/^Bearer /, '');
  const all = (body ?? {}) as Fields;
  const msg = (all['msg'] ?? {}) as Fields;
  if (name === 'context_token') return String(msg['context_token'] ?? all['context_token'] ?? '');
  if (name === 'user_id') return String(msg['to_user_id'] ?? all['to_user_id'] ?? all['ilink_user_id'] ?? '');
  const [item] = (Array.isArray(msg['item_list']) ? msg['item_list'] : []) as Fields[];
  return String((item?.['text_item'] as Fields | undefined)?.['text'] ?? '');
}
