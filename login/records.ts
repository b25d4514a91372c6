import { createHash, randomBytes } from 'node:crypto';

import type { Clock } from '../ilink/clock';
import type { Store } from '../store/store';
import type { LoginRecord } from './record';

const KIND = 'login';
/** Two processes that write the same record at the same moment; a person types far more slowly. */
const WRITE_TRIES = 20;

/** A secret for a link or a browser: 256 bits, fit for a URL and a cookie. */
export function newSecret(random: (size: number) => Buffer = randomBytes): string {
  return random(32).toString('base64url');
}

/** Only digests of secrets are kept: who reads the store cannot open a link with it. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** The logins in the store. Their key is the digest of the ticket in the link. */
export class LoginRecords {
  constructor(
    private readonly store: () => Promise<Store>,
    private readonly clock: Clock,
  ) {}

  async read(key: string): Promise<LoginRecord | undefined> {
    const { documents } = await this.store();
    const body = await documents.read(KIND, key, this.clock.now());
    return body === undefined ? undefined : (JSON.parse(body) as LoginRecord);
  }

  /** All logins of a page. */
  async ofPage(page: string): Promise<Array<[key: string, record: LoginRecord]>> {
    const { documents } = await this.store();
    const all = await documents.list(KIND, this.clock.now());
    const parsed = all.map(({ key, body }): [string, LoginRecord] => [key, JSON.parse(body) as LoginRecord]);
    return parsed.filter(([, record]) => record.page === page);
  }

  async create(key: string, record: LoginRecord): Promise<void> {
    await this.write(key, record, undefined);
  }

  /**
   * Changes a record, however many processes do so at once.
   *
   * @param change gives the new record, or nothing to leave it as it is
   * @returns what stands there now, and whether that is the change; nothing when there is no such login (any more)
   */
  async change(
    key: string,
    change: (record: LoginRecord) => LoginRecord | undefined,
  ): Promise<{ record: LoginRecord; changed: boolean } | undefined> {
    const { documents } = await this.store();
    for (let attempt = 0; attempt < WRITE_TRIES; attempt++) {
      const before = await documents.read(KIND, key, this.clock.now());
      if (before === undefined) return undefined;
      const record = JSON.parse(before) as LoginRecord;
      const changed = change(record);
      if (changed === undefined) return { record, changed: false };
      if (await this.write(key, changed, before)) return { record: changed, changed: true };
    }
    throw new Error('CONTENDED');
  }

  private async write(key: string, record: LoginRecord, before: string | undefined): Promise<boolean> {
    const { documents } = await this.store();
    const document = { key, body: JSON.stringify(record), expiresAt: record.expiresAtMs };
    return documents.write(KIND, document, before, this.clock.now());
  }
}
