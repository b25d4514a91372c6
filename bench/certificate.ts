import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A fresh certificate for 127.0.0.1 that signs itself, and a file by which a process can be told to trust it. */
export interface Identity {
  key: string;
  cert: string;
  /** For NODE_EXTRA_CA_CERTS. */
  caFile: string;
}

/** @param folder where the file goes */
export async function makeIdentity(folder: string): Promise<Identity> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, cert);
  return { key, cert, caFile };
}
