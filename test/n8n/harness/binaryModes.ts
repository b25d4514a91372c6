import { Readable } from 'node:stream';
import { Container } from '@n8n/di';
import { BinaryDataConfig, BinaryDataService, type BinaryData } from 'n8n-core';

/** Where n8n can keep the files of executions. */
export const BINARY_MODES = ['default', 'filesystem', 'database'] as const;
export type BinaryMode = (typeof BINARY_MODES)[number];

/** n8n keeps files there from now on. `default` is its memory mode: the file is in the item. */
export async function useBinaryMode(mode: BinaryMode): Promise<void> {
  const service = Container.get(BinaryDataService);
  Container.get(BinaryDataConfig).mode = mode;
  service.setManager('database', new Table());
  await service.init();
}

/** n8n's manager for its database is part of its server; this one has the same interface, and a map for a table. */
class Table implements BinaryData.Manager {
  private readonly rows = new Map<string, Buffer>();

  async init(): Promise<void> {}

  async store(_location: unknown, content: Buffer | Readable): Promise<BinaryData.WriteResult> {
    // As n8n's own does: a row is written whole.
    const bytes = Buffer.isBuffer(content) ? content : Buffer.concat((await content.toArray()) as Buffer[]);
    const fileId = `row-${this.rows.size + 1}`;
    this.rows.set(fileId, bytes);
    return { fileId, fileSize: bytes.length };
  }

  async getAsBuffer(fileId: string): Promise<Buffer> {
    const bytes = this.rows.get(fileId);
    if (!bytes) throw new Error('There is no such row');
    return bytes;
  }

  async getAsStream(fileId: string): Promise<Readable> {
    return Readable.from([await this.getAsBuffer(fileId)]);
  }

  getPath(): never {
    throw new Error('A database has no paths');
  }

  getMetadata(): never {
    throw new Error('Not part of these tests');
  }

  copyByFileId(): never {
    throw new Error('Not part of these tests');
  }

  copyByFilePath(): never {
    throw new Error('Not part of these tests');
  }

  rename(): never {
    throw new Error('Not part of these tests');
  }
}
