/**
 * A certificate with its key, read from files and looked at before anything is served with it: that both can be read, belong
 * together, are in order and in time. Whatever is wrong is said in a sentence that names the file, never its content.
 */

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { AppError, messageOf } from '../../foundation/errors.ts';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** What a server is given. */
export interface Certificate {
  /** PEM: the server's own first, then those that signed it. */
  readonly cert: string;
  readonly key: string;
  readonly expiresAt: Date;
  /** Whom it is for, as the certificate writes it: `DNS:app.example, IP Address:10.0.0.1`. */
  readonly names: string;
  /** Whether it is for this host name or address. */
  isFor(host: string): boolean;
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** @throws AppError certificate_unusable */
export async function readCertificate({ certFile, keyFile }: CertificateFiles): Promise<Certificate> {
  const [cert, key] = await Promise.all([readText(certFile), readText(keyFile)]);
  const chain = readChain(cert, certFile);
  const [leaf] = chain;
  if (!leaf) throw unusable(`${certFile} holds no certificate in PEM form.`);
  if (!leaf.checkPrivateKey(readKey(key, keyFile))) {
    throw unusable(`The key in ${keyFile} does not belong to the first certificate in ${certFile}.`);
  }
  const stray = chain.findIndex((one, index) => index > 0 && !chain[index - 1]?.checkIssued(one));
  if (stray > 0) {
    throw unusable(
      `Certificate ${stray + 1} in ${certFile} did not sign the one before it: the server's own comes first.`,
    );
  }
  const expiresAt = new Date(leaf.validTo);
  if (expiresAt.getTime() <= Date.now()) throw unusable(`The certificate in ${certFile} expired on ${leaf.validTo}.`);
  if (new Date(leaf.validFrom).getTime() > Date.now()) {
    throw unusable(`The certificate in ${certFile} is not valid before ${leaf.validFrom}.`);
  }
  tryContext(cert, key, certFile);
  return { cert, key, expiresAt, names: leaf.subjectAltName ?? leaf.subject, isFor: (host) => isFor(leaf, host) };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unusable(`${file} cannot be read: ${messageOf(error)}.`, error);
  }
}

function readChain(text: string, file: string): X509Certificate[] {
  try {
    return (text.match(PEM_CERTIFICATE) ?? []).map((one) => new X509Certificate(one));
  } catch (error) {
    throw unusable(`A certificate in ${file} cannot be understood.`, error);
  }
}

function readKey(text: string, file: string): KeyObject {
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(text)) {
    throw unusable(`The key in ${file} is encrypted, and there is nobody to ask for its password. Decrypt it.`);
  }
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw unusable(`${file} holds no private key that can be understood.`, error);
  }
}

/** What OpenSSL refuses for reasons of its own, such as a key that is too short. */
function tryContext(cert: string, key: string, file: string): void {
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw unusable(`${file} cannot be served with: ${messageOf(error)}.`, error);
  }
}

function isFor(leaf: X509Certificate, host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return (isIP(bare) ? leaf.checkIP(bare) : leaf.checkHost(bare)) !== undefined;
}

function unusable(sentence: string, cause?: unknown): AppError {
  return new AppError('invalid', 'certificate_unusable', sentence, cause === undefined ? {} : { cause });
}
