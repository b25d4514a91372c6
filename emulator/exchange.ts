import type { IncomingMessage } from 'node:http';
import type { Connection } from './mailbox';
import type { Endpoint, RequestRecord } from './types';

/** One request on its way through `serve`. */
export interface Exchange {
  endpoint: Endpoint;
  req: IncomingMessage;
  url: URL;
  connection: Connection;
  /** Its line in the request log. `process` fills in the body and the bot. */
  record: RequestRecord;
}
