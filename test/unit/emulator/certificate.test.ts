import { X509Certificate } from 'node:crypto';
import { selfSigned } from '../../../emulator/certificate';

describe('selfSigned', () => {
  it('makes a certificate for loopback that nobody else has signed', async () => {
    const { key, cert } = await selfSigned();
    const certificate = new X509Certificate(cert);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.issuer).toBe(certificate.subject);
    expect(key).toContain('PRIVATE KEY');
  });
});
