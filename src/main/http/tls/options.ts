/** How TLS is spoken: 1.2 and 1.3, with forward secrecy and authenticated encryption only (ASVS V12.1, RFC 9325). */

import { constants } from 'node:crypto';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { Certificate } from './certificate.ts';

const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** Whoever takes longer to agree on keys is cut; Node's own two minutes would be a place for slow clients to sit in. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

export function toSecureContext({ cert, key }: Certificate): SecureContextOptions {
  return {
    ...{ cert, key, minVersion: 'TLSv1.2', ciphers: CIPHERS, honorCipherOrder: true },
    ecdhCurve: 'X25519:prime256v1:secp384r1',
    // A client that has keys agreed on again and again costs the server more than itself.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
}

export function toTlsOptions(certificate: Certificate): TlsOptions {
  return { ...toSecureContext(certificate), handshakeTimeout: HANDSHAKE_TIMEOUT_MS, ALPNProtocols: ['http/1.1'] };
}
