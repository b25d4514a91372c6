const BEARER = /Bearer\s+\S+/gi;
const QUERY = /([?&][\w.-]+=)[^&\s"'<>]+/g;
const OPAQUE = /[A-Za-z0-9+/_=-]{40,}/g;
const MAX_LENGTH = 300;
/** The text of a message can be "1" or "e". Masked inside of other words it would spoil an error, and give itself away. */
const SHORT_WORD = /^\w{1,5}$/;

/**
 * Makes a text that came from outside (a server's errmsg, a library's message) fit for a log or an error: secrets that we
 * know, bearer tokens, values in query strings and long opaque runs are masked, and the rest is cut to a line.
 *
 * @param secrets texts that must not appear, such as the bot token
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  const known = secrets.filter((secret) => secret.length > 0);
  const masked = known.reduce(mask, text);
  const clean = masked.replace(BEARER, 'Bearer ***').replace(QUERY, '$1***').replace(OPAQUE, '***');
  const line = clean.replace(/\s+/g, ' ').trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}

function mask(text: string, secret: string): string {
  if (SHORT_WORD.test(secret)) return text.replace(new RegExp(`\\b${secret}\\b`, 'g'), '***');
  return text.split(secret).join('***');
}
