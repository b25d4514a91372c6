import type { Exchange, HttpAnswer, Transport } from '../../ilink/transport';

/** What the server does with one request: a JSON body, an HTTP status without one, a failure, or nothing until it is aborted. */
export type Scripted = object | number | Error | 'silence';

/** A transport that answers from a script, in order, and remembers what it was asked. No network, so a FakeClock rules it. */
export class ScriptedTransport {
  readonly asked: Exchange[] = [];

  constructor(readonly script: Scripted[] = []) {}

  /** As the class that the code under test wants; only `exchange` is used. */
  get transport(): Transport {
    return this as unknown as Transport;
  }

  /** The addresses that were asked, without their query. */
  get places(): string[] {
    return this.asked.map(({ url }) => `${url.origin}${url.pathname}`);
  }

  async exchange(exchange: Exchange): Promise<HttpAnswer> {
    exchange.signal?.throwIfAborted();
    this.asked.push(exchange);
    const step = this.script.shift() ?? 'silence';
    if (step instanceof Error) throw step;
    if (typeof step === 'number') return { status: step, headers: {}, body: Buffer.from('<html>') };
    if (typeof step === 'object')
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(step)) };
    return new Promise((_resolve, reject) => {
      exchange.signal?.addEventListener('abort', () => reject(exchange.signal?.reason as Error));
    });
  }
}
