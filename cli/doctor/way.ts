import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { fail, ok, skip, warn, type Finding } from './finding';

const TIMEOUT_MS = 10_000;

/** Where a connection begins: the server itself, or the proxy before it. */
export interface Hop {
  host: string;
  port: number;
  /** Whether the server speaks TLS right there; not behind a proxy. */
  tls: boolean;
}

const STANDARD_PORTS: Record<string, number> = {
  'http:': 80,
  'https:': 443,
  'socks5:': 1080,
  'socks:': 1080,
};

/** The first hop on the way to an address. */
export function firstHop(url: URL, proxy: string | undefined): Hop {
  const via = proxy === undefined ? url : new URL(proxy);
  const standard = STANDARD_PORTS[via.protocol] ?? 443;
  return {
    host: via.hostname.replace(/^\[|\]$/g, ''),
    port: Number(via.port) || standard,
    tls: proxy === undefined && url.protocol === 'https:',
  };
}

/** Name, connection and certificate, in this order; after a failure the rest is skipped. */
export async function checkWay(hop: Hop, signal: AbortSignal): Promise<Finding[]> {
  const findings: Finding[] = [];
  const failed = (): boolean => findings.some(({ verdict }) => verdict === 'fail');
  findings.push(await checkName(hop));
  signal.throwIfAborted();
  findings.push(
    failed() ? skip('connection', 'the name is not resolved') : await checkConnection(hop, signal),
  );
  if (!hop.tls) return findings;
  findings.push(
    failed() ? skip('certificate', 'there is no connection') : await checkCertificate(hop, signal),
  );
  return findings;
}

async function checkName({ host }: Hop): Promise<Finding> {
  try {
    const addresses = (await lookup(host, { all: true })).map(({ address }) => address);
    return judgeAddresses(host, addresses);
  } catch (error) {
    return fail('name', `${host} is not resolved (${codeOf(error)})`, NAME_NEXT);
  }
}

const NAME_NEXT =
  'Check the spelling of the address and the DNS settings. In Docker, check the DNS of the container ("dns:" in the compose file).';

/** What the addresses of a host say. Proxy tools such as Clash answer with addresses that exist on this machine only. */
export function judgeAddresses(host: string, addresses: string[]): Finding {
  const message = `${host} is ${addresses.join(', ')}`;
  if (addresses.some((address) => /^198\.1[89]\./.test(address))) {
    return warn(
      'name',
      `${message}: an address that a local proxy tool (Clash, sing-box, Surge) gives out`,
      'This works while that tool runs. If connections fail, exclude weixin.qq.com there (fake-ip-filter, direct).',
    );
  }
  if (addresses.every((address) => /^(0\.0\.0\.0|::)$/.test(address))) {
    return fail(
      'name',
      `${message}: an ad or tracking filter blocks it`,
      'Allow this host in the filter (Pi-hole, AdGuard).',
    );
  }
  return ok('name', message);
}

function checkConnection({ host, port }: Hop, signal: AbortSignal): Promise<Finding> {
  const where = `${host}:${port}`;
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const end = (finding: Finding): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(finding);
    };
    const onAbort = (): void => end(skip('connection', 'ended'));
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () =>
      end(ok('connection', `${where} takes connections (${Math.round(performance.now() - startedAt)} ms)`)),
    );
    socket.once('timeout', () =>
      end(
        fail(
          'connection',
          `${where} does not answer`,
          'A firewall drops the connection. Allow it, or set HTTPS_PROXY.',
        ),
      ),
    );
    socket.once('error', (error) =>
      end(fail('connection', `${where}: ${codeOf(error)}`, connectionNext(codeOf(error)))),
    );
  });
}

/** What to do about a connection that failed. */
export function connectionNext(code: string): string {
  if (code === 'ECONNREFUSED') {
    return 'Nothing listens there. Check the address and the port; if it is a proxy, start it. In a container, localhost is the container.';
  }
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH')
    return 'This machine has no route there. Check its network, and IPv6 if the address above is one.';
  return 'A firewall, or something on the way, ends the connection. Allow it, or set HTTPS_PROXY.';
}

function checkCertificate({ host, port }: Hop, signal: AbortSignal): Promise<Finding> {
  return new Promise((resolve) => {
    const socket = connectTls({
      host,
      port,
      ...(isIP(host) === 0 && { servername: host }),
      timeout: TIMEOUT_MS,
    });
    const end = (finding: Finding): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(finding);
    };
    const onAbort = (): void => end(skip('certificate', 'ended'));
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('secureConnect', () => {
      const { issuer, valid_to: until } = socket.getPeerCertificate();
      end(ok('certificate', `trusted, of ${issuer?.O ?? issuer?.CN ?? 'an unnamed issuer'}, until ${until}`));
    });
    socket.once('timeout', () =>
      end(
        fail('certificate', 'no TLS answer', 'Something on the way takes the connection and says nothing.'),
      ),
    );
    socket.once('error', (error) => end(judgeCertificate(codeOf(error))));
  });
}

const INTERCEPTED: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** What a TLS failure means. */
export function judgeCertificate(code: string): Finding {
  if (INTERCEPTED.has(code)) {
    return fail(
      'certificate',
      `not trusted (${code}): a proxy or virus scanner on the way shows a certificate of its own`,
      'Exclude the host there, or give its root certificate to Node with NODE_EXTRA_CA_CERTS=/path/to/root.pem.',
    );
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return fail('certificate', `not valid now (${code})`, 'Check the date and time of this machine.');
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return fail(
      'certificate',
      'for another host',
      'Something on the way answers instead: a login page of the network, or a wrong address.',
    );
  }
  return fail(
    'certificate',
    `TLS failed (${code})`,
    'Something on the way breaks the encryption. Check proxy and firewall.',
  );
}

/** The code of an error, or of the first in a list of them. */
export function codeOf(error: unknown): string {
  const { code, errors } = Object(error) as { code?: unknown; errors?: unknown[] };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : 'unknown failure';
}
