/** A key and its certificate, both PEM. Nobody has signed it but itself. */
export interface Certificate {
  key: string;
  cert: string;
}

/** A new certificate for loopback, which a client has to be told to trust. */
export async function selfSigned(): Promise<Certificate> {
  // Loaded when asked for: an emulator without TLS does without it.
  const { generate } = await import('selfsigned');
  const altNames = [
    { type: 2 as const, value: 'localhost' },
    { type: 7 as const, ip: '127.0.0.1' },
    { type: 7 as const, ip: '::1' },
  ];
  const pems = await generate([{ name: 'commonName', value: 'iLink emulator' }], {
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames }],
  });
  return { key: pems.private, cert: pems.cert };
}
