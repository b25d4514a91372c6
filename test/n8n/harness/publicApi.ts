import { HttpServer } from '../../support/http-server';

/** The credentials of n8n's public API, as far as a login needs them: GET, POST and PATCH /api/v1/credentials. */
export class PublicApi {
  /** By id. */
  readonly credentials = new Map<string, { name: string; type: string; data: Record<string, string> }>();
  /** Answers everything with this status. */
  refuse: number | undefined;

  private constructor(private readonly server: HttpServer) {
    server.handler = ({ method, url, headers, body }, response) => {
      const [status, answer] = this.answer(method, url, headers['x-n8n-api-key'], body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    };
  }

  static async start(): Promise<PublicApi> {
    return new PublicApi(await new HttpServer().start());
  }

  /** What an "n8n API" credential says. */
  get credential() {
    return { apiKey: 'the-api-key', baseUrl: `${this.server.url}/api/v1` };
  }

  get requests(): string[] {
    return this.server.seen.map(({ method, url }) => `${method} ${url}`);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private answer(method: string, url: string, key: unknown, body: Buffer): [status: number, answer: object] {
    if (this.refuse !== undefined) return [this.refuse, { message: 'refused' }];
    if (key !== 'the-api-key') return [401, { message: 'unauthorized' }];
    const [, id] = /^\/api\/v1\/credentials(?:\/(.+))?$/.exec(url) ?? [];
    if (method === 'GET') {
      const found = id === undefined ? undefined : this.credentials.get(id);
      return found ? [200, { id, name: found.name, type: found.type }] : [404, { message: 'not found' }];
    }
    const wanted = JSON.parse(body.toString()) as {
      name: string;
      type: string;
      data: Record<string, string>;
    };
    if (method === 'POST' && url === '/api/v1/credentials')
      return [200, this.put(`api-${this.credentials.size}`, wanted)];
    const known = id && this.credentials.get(id);
    if (method !== 'PATCH' || !id || !known) return [404, { message: 'not found' }];
    // As n8n does: a type that comes with an update replaces the one that the credential has.
    const type = wanted.type ?? known.type;
    if (type !== 'weChatBotApi') return [400, { message: 'request.body.data is not allowed to have this' }];
    return [200, this.put(id, { ...known, type, data: { ...known.data, ...wanted.data } })];
  }

  private put(id: string, credential: { name: string; type: string; data: Record<string, string> }): object {
    this.credentials.set(id, credential);
    return { id, name: credential.name, type: credential.type };
  }
}
