import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from './exchange';
import { faultName, isProcessed, replacesAnswer, type Fault } from './faults';
import { gatewayAnswer, throughGateway } from './gateway';
import { BodyTooLarge, connectionOf, readHalf, requestUrl } from './http';
import type { Connection } from './mailbox';
import { fillHeaders, fillPlaceholders } from './placeholders';
import type { Scope } from './setting-scopes';
import type { Endpoint, RequestRecord } from './types';
import { ABORTED, answer, type Answer, type World } from './world';

/** A host of the emulated server. */
export interface Surface {
  name: string;
  /** Its key among the URLs of the world. */
  host: 'api' | 'second' | 'cdn' | 'redirect';
  endpointOf(pathname: string): Endpoint | undefined;
  /** Reads what has to be read even when a planned fault answers instead (it is to stand in the request log). */
  read(exchange: Exchange): Promise<void>;
  /** Whose request this is, as far as what was read tells. */
  who(exchange: Exchange): Scope;
  process(exchange: Exchange): Promise<Answer>;
}

/** How a request ends: with an answer, with a cut connection, or never. */
type Ending = Answer | 'cut' | 'silence';

const HTML_PAGE = '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';

/** Takes one request: writes it down, lets a planned fault have its way, answers. Never rejects. */
export async function serve(
  world: World,
  surface: Surface,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const url = requestUrl(req);
  const endpoint = surface.endpointOf(url.pathname);
  const record = newRecord(world, req, endpoint ?? 'unknown');
  world.records.requests.push(record);
  if (!endpoint) {
    noteUnknownPath(world, surface, url.pathname);
    return finish(world, res, record, { status: 404, body: 'not found', outcome: 'unknown path' });
  }
  const exchange: Exchange = { endpoint, req, url, connection: connectionOf(res), record };
  try {
    const settings = world.settingsFor(surface.who(exchange));
    const behind = (inner: Exchange) => settle(world, surface, inner);
    finish(world, res, record, await throughGateway(world, settings, surface.host, exchange, behind));
  } catch (error) {
    // A client that goes away in the middle of its body is no failure of ours; anything else is, and must be seen.
    if (exchange.connection.closed) return finish(world, res, record, ABORTED);
    if (error instanceof BodyTooLarge) {
      return finish(world, res, record, { status: 413, body: error.message, outcome: 'too large' });
    }
    finish(world, res, record, { status: 500, body: String(error), outcome: `emulator error: ${error}` });
  }
}

function newRecord(world: World, req: IncomingMessage, endpoint: Endpoint | 'unknown'): RequestRecord {
  return {
    endpoint,
    method: req.method ?? '',
    path: req.url ?? '',
    at: world.clock.now(),
    headers: req.headers,
    body: undefined,
    status: 0,
    outcome: 'pending',
  };
}

function noteUnknownPath(world: World, surface: Surface, pathname: string): void {
  world.records.dropped.push({
    at: world.clock.now(),
    endpoint: 'unknown',
    kind: 'refused',
    reason: 'unknown_path',
    detail: `The ${surface.name} host has no ${pathname}`,
  });
}

async function settle(world: World, surface: Surface, exchange: Exchange): Promise<Ending> {
  const readFirst = world.faults.asksWho(exchange.endpoint);
  if (readFirst) await surface.read(exchange);
  const fault = world.faults.take(exchange.endpoint, surface.who(exchange));
  if (!fault) {
    if (!readFirst) await surface.read(exchange);
    return surface.process(exchange);
  }
  if (fault.delayMs) await delay(world, fault.delayMs, exchange.connection);
  if (fault.drop === 'middle') await readHalf(exchange.req);
  if (fault.drop === 'before' || fault.drop === 'middle') return 'cut';
  if (!readFirst) await surface.read(exchange);
  if (fault.silence) return 'silence';
  const real = isProcessed(fault) ? await surface.process(exchange) : answer({});
  if (fault.drop === 'after') return 'cut';
  const given = replacesAnswer(fault) ? replaced(real, filledIn(fault, exchange.record)) : real;
  const headers = fault.headers && fillHeaders(fault.headers, exchange.record);
  return { ...withHeaders(given, headers), outcome: faultName(fault) };
}

function delay(world: World, delayMs: number, connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    const stopWatching = connection.onClose(() => {
      stopAlarm();
      resolve();
    });
    const stopAlarm = world.clock.in(delayMs, () => {
      stopWatching();
      resolve();
    });
  });
}

/** What the fault says, with what the request carried where it asks for that. */
function filledIn(fault: Fault, record: RequestRecord): Fault {
  const { errmsg, body } = fault;
  return {
    ...fault,
    ...(errmsg !== undefined && { errmsg: fillPlaceholders(errmsg, record) }),
    ...(body !== undefined && { body: fillPlaceholders(body, record) }),
  };
}

function replaced({ onGiven: _lost, ...real }: Answer, fault: Fault): Answer {
  const { ret, errcode, errmsg } = fault;
  const hasCode = ret !== undefined || errcode !== undefined || errmsg !== undefined;
  const base = hasCode ? answer({ ret, errcode, errmsg }) : real;
  const status = fault.status ?? base.status;
  if (fault.body === undefined) return hasCode || status < 300 ? { ...base, status } : htmlAnswer(status);
  if (fault.body === 'html') return htmlAnswer(status);
  if (fault.body === 'empty') return { ...base, status, body: '' };
  if (fault.body === 'broken') return { ...base, status, stopsHalfway: 'broken' };
  if (fault.body === 'stalled') return { ...base, status, stopsHalfway: 'stalled' };
  if (fault.body !== 'truncated') return { ...base, status, body: fault.body };
  const whole = Buffer.from(base.body);
  return { ...base, status, body: whole.subarray(0, Math.floor(whole.length / 2)) };
}

function htmlAnswer(status: number): Answer {
  return gatewayAnswer(status, HTML_PAGE, '');
}

/** The fault's headers in the place of those of the same name. */
function withHeaders(given: Answer, headers: Fault['headers'] = {}): Answer {
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const kept = Object.entries(given.headers ?? {}).filter(([name]) => !names.has(name.toLowerCase()));
  return { ...given, headers: { ...Object.fromEntries(kept), ...headers } };
}

function finish(world: World, res: ServerResponse, record: RequestRecord, ending: Ending): void {
  if (ending === 'silence') {
    record.outcome = 'fault: silence';
    return;
  }
  if (ending === 'cut') {
    record.outcome = 'fault: cut';
    res.destroy();
    return;
  }
  record.outcome = ending.outcome;
  if (ending === ABORTED) return;
  record.status = ending.status;
  res.writeHead(ending.status, { ...ending.headers, 'Content-Length': Buffer.byteLength(ending.body) });
  if (ending.stopsHalfway) return writeHalf(res, ending);
  // Given is what went to the system, and not what was written to a connection that is gone.
  const settle = (): void => {
    if (res.writableFinished) ending.onGiven?.();
    else record.unreadAt = world.clock.now();
  };
  if (res.closed) settle();
  else res.once('close', settle);
  res.end(ending.body);
}

function writeHalf(res: ServerResponse, { body, stopsHalfway }: Answer): void {
  const half = Buffer.from(body).subarray(0, Math.floor(Buffer.byteLength(body) / 2));
  res.write(half, () => {
    // Once it is out, or the client never sees it.
    if (stopsHalfway === 'broken') setImmediate(() => res.destroy());
  });
}
