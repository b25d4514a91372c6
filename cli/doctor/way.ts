import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { fail, ok, skip, warn, type Finding } from './finding';
import { DOCTOR } from '../texts';

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
  findings.push(failed() ? skip('connection', DOCTOR.noName) : await checkConnection(hop, signal));
  if (!hop.tls) return findings;
  findings.push(failed() ? skip('certificate', DOCTOR.noConnection) : await checkCertificate(hop, signal));
  return findings;
}

async function checkName({ host }: Hop): Promise<Finding> {
  try {
    const addresses = (await lookup(host, { all: true })).map(({ address }) => address);
    return judgeAddresses(host, addresses);
  } catch (error) {
    return fail('name', DOCTOR.nameUnresolved(host, codeOf(error)));
  }
}

/** What the addresses of a host say. Proxy tools such as Clash answer with addresses that exist on this machine only. */
export function judgeAddresses(host: string, addresses: string[]): Finding {
  const message = DOCTOR.addresses(host, addresses);
  if (addresses.some((address) => /^198\.1[89]\./.test(address))) {
    return warn('name', DOCTOR.fakeAddress(message));
  }
  if (addresses.every((address) => /^(0\.0\.0\.0|::)$/.test(address))) {
    return fail('name', DOCTOR.blockedName(message));
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
      end(ok('connection', DOCTOR.connects(where, Math.round(performance.now() - startedAt)))),
    );
    socket.once('timeout', () => end(fail('connection', DOCTOR.connectionSilent(where))));
    socket.once('error', (error) =>
      end(fail('connection', { message: `${where}: ${codeOf(error)}`, next: connectionNext(codeOf(error)) })),
    );
  });
}

/** What to do about a connection that failed. */
export function connectionNext(code: string): string {
  if (code === 'ECONNREFUSED') {
    return DOCTOR.nothingListens;
  }
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH') return DOCTOR.noRoute;
  return DOCTOR.connectionEnded;
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
      end(ok('certificate', DOCTOR.trusted(String(issuer?.O ?? issuer?.CN ?? ''), until)));
    });
    socket.once('timeout', () => end(fail('certificate', DOCTOR.noTls)));
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
    return fail('certificate', DOCTOR.intercepted(code));
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return fail('certificate', DOCTOR.notValidNow(code));
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return fail('certificate', DOCTOR.otherHost);
  }
  return fail('certificate', DOCTOR.tlsFailed(code));
}

/** The code of an error, or of the first in a list of them. */
export function codeOf(error: unknown): string {
  const { code, errors } = Object(error) as { code?: unknown; errors?: unknown[] };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : 'unknown failure';
}
