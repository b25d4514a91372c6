/** So many characters in a row of what was sent are no accident. */
const RUN = 8;

/** What stands for a host that is not named. A host itself is in lower case. */
export const NoHost = {
  /** What was named is none. */
  none: 'NONE',
  /** It repeats what was in the request. */
  withheld: 'WITHHELD',
} as const;

/**
 * The host that a server sends a client to, for an error: whoever is to allow or report it has to read it. One that holds what was
 * in the request is not named, in whatever spelling a host can have: whole, cut, in lower case, base64, or hexadecimal.
 *
 * @param named a URL, or a host with or without a port
 * @param sent what was in the request and may be secret
 * @returns the host, or one of {@link NoHost}
 */
export function hostToName(named: string, sent: readonly string[]): string {
  const url = /^[a-z][\w+.-]*:\/\//i.test(named) ? named : `https://${named}`;
  if (!URL.canParse(url)) return NoHost.none;
  const { host } = new URL(url);
  return sent.flatMap(spellingsOf).some((text) => shareRun(host.toLowerCase(), text))
    ? NoHost.withheld
    : host;
}

function spellingsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  return [text, bytes.toString('base64'), bytes.toString('hex'), encodeURIComponent(text)].map((one) =>
    one.toLowerCase(),
  );
}

/** Whether the two have so many characters in a row in common. */
function shareRun(host: string, text: string): boolean {
  for (let at = 0; at + RUN <= text.length; at++) if (host.includes(text.slice(at, at + RUN))) return true;
  return false;
}
