/** Certificates for tests, made here: X.509 version 3 in DER by hand, signed with P-256. */

import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface TestCertificate {
  /** PEM. */
  cert: string;
  key: string;
}

export interface TestCertificateOptions {
  /** Host names and IPv4 addresses. */
  names?: readonly string[];
  /** Who signs it; itself when left out. */
  issuer?: TestCertificate & { name: string };
  isAuthority?: boolean;
  name?: string;
  validFrom?: Date;
  validTo?: Date;
}

const DAY_MS = 86_400_000;
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));

export function createTestCertificate({
  names = ['localhost', '127.0.0.1'],
  issuer,
  isAuthority = false,
  name = 'Aquifer test',
  validFrom = new Date(Date.now() - DAY_MS),
  validTo = new Date(Date.now() + 90 * DAY_MS),
}: TestCertificateOptions = {}): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const content = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ECDSA_SHA256,
    commonName(issuer?.name ?? name),
    sequence(time(validFrom), time(validTo)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...(isAuthority ? [basicConstraints()] : []), alternativeNames(names))),
  );
  const signer: KeyObject = issuer ? createPrivateKey(issuer.key) : privateKey;
  const signature = der(0x03, Buffer.concat([Buffer.of(0), sign('sha256', content, signer)]));
  const pem = sequence(content, ECDSA_SHA256, signature).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function integer(content: Buffer): Buffer {
  return der(0x02, content);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
}

/** GeneralizedTime, such as 20261123161500Z. */
function time(date: Date): Buffer {
  return der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\.\d+/g, '')}`));
}

function basicConstraints(): Buffer {
  const isAuthority = sequence(der(0x01, Buffer.of(0xff)));
  return sequence(oid('551d13'), der(0x01, Buffer.of(0xff)), der(0x04, isAuthority));
}

function alternativeNames(names: readonly string[]): Buffer {
  const encoded = names.map((one) =>
    isIPv4(one) ? der(0x87, Buffer.from(one.split('.').map(Number))) : der(0x82, Buffer.from(one)),
  );
  return sequence(oid('551d11'), der(0x04, sequence(...encoded)));
}
