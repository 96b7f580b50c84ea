import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../local/run-command.ts';

/** A certificate for 127.0.0.1 that signs itself, in PEM; whoever trusts it trusts this server. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

const DAYS = 30;

/** Makes a new one, with OpenSSL or LibreSSL: Node reads certificates, and makes none. */
export async function selfSignedCertificate(): Promise<Certificate> {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'synthetic-'));
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) =>
    join(directory.path, name),
  ) as [string, string];
  await runCommand('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', String(DAYS)],
    ...['-subj', '/CN=cmdb-agent synthetic estate', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', key, '-out', certificate],
  ]);
  return { key: await readFile(key, 'utf8'), certificate: await readFile(certificate, 'utf8') };
}
