/** HTTPS served directly: the certificate from files, its renewal, and the plain port that sends people on. */

import type { Server as PlainServer } from 'node:http';
import type { ServerOptions, Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Logger } from '../../foundation/logger.ts';
import { createRequestIds } from '../../foundation/tokens.ts';
import { type CertificateFiles, readCertificate } from './certificate.ts';
import { toSecureContext, toTlsOptions } from './options.ts';
import { createRedirectServer } from './redirect.ts';
import { createRenewal } from './renewal.ts';

export interface TlsSettings {
  baseUrl: string;
  tlsCertFile?: string | undefined;
  tlsKeyFile?: string | undefined;
  /** 0, or left out, is none. */
  httpRedirectPort?: number;
}

export interface Tls {
  readonly options: ServerOptions;
  /** Before the server listens. */
  attach(server: TlsServer): void;
  /** After it does. @param routePaths what the plain port refuses rather than sends on */
  start(host: string, routePaths: readonly string[], listen: Listen): Promise<void>;
  stop(): Promise<void>;
}

/** Listens, and says in words for a person why it cannot. */
export type Listen = (server: PlainServer, host: string, port: number) => Promise<AddressInfo>;

/** Null where the server speaks plain HTTP. @throws AppError certificate_unusable */
export async function openTls(settings: TlsSettings, logger: Logger): Promise<Tls | null> {
  const { tlsCertFile: certFile, tlsKeyFile: keyFile, httpRedirectPort = 0, baseUrl } = settings;
  if (certFile === undefined || keyFile === undefined) return null;
  const files: CertificateFiles = { certFile, keyFile };
  const current = await readCertificate(files);
  if (!current.isFor(new URL(baseUrl).hostname)) {
    logger.warn({ component: 'http', names: current.names }, 'the certificate is not for the host of BASE_URL');
  }
  let server: TlsServer | undefined;
  let redirect: PlainServer | undefined;
  const renewal = createRenewal({
    ...{ files, current, logger },
    use: (certificate) => server?.setSecureContext(toSecureContext(certificate)),
  });
  return {
    options: toTlsOptions(current),
    attach(attached) {
      server = attached;
    },
    async start(host, routePaths, listen) {
      await renewal.start();
      if (httpRedirectPort === 0) return;
      redirect = createRedirectServer({ baseUrl, routePaths, requestId: createRequestIds() });
      await listen(redirect, host, httpRedirectPort);
    },
    async stop() {
      await renewal.stop();
      redirect?.closeAllConnections();
      redirect?.close();
    },
  };
}
