/**
 * Cancels what a backend runs, by the protocol's CancelRequest: it travels on a socket of its own and needs no free
 * connection slot, so it works when the pool and the server are full.
 */

import { Client, type ClientConfig } from 'pg';

/** What `pg` knows of a connection and its types leave out. */
interface BackendIdentity {
  processID: number;
  secretKey: number;
}

interface WireConnection {
  ssl: unknown;
  sslNegotiation?: string;
  requestSsl(): void;
  connect(port: number, host: string): void;
  cancel(processId: number, secretKey: number): void;
  on(event: string, listener: (error: Error) => void): void;
  stream: { destroy(): void };
}

const CANCEL_TIMEOUT_MS = 2_000;

/**
 * Resolves once the server has taken the request (it closes the socket then), or after two seconds without. Whether
 * anything was cancelled shows only in the statement's own end.
 */
export async function requestCancel(clientConfig: ClientConfig, running: Client): Promise<void> {
  const { processID, secretKey } = running as unknown as BackendIdentity;
  const messenger = new Client(clientConfig) as Client & { connection: WireConnection };
  const wire = messenger.connection;
  await new Promise<void>((resolve) => {
    const timeout = setTimeout(resolve, CANCEL_TIMEOUT_MS);
    const send = () => wire.cancel(processID, secretKey);
    const secureOrSend = () => {
      if (!wire.ssl) send();
      else if (wire.sslNegotiation !== 'direct') wire.requestSsl();
    };
    const end = () => {
      clearTimeout(timeout);
      resolve();
    };
    // With TLS `pg` reports `connect` only after the handshake, under another name.
    wire.on('connect', secureOrSend);
    wire.on('sslconnect', send);
    wire.on('error', end);
    wire.on('end', end);
    const { host, port } = messenger;
    wire.connect(port, host.startsWith('/') ? `${host}/.s.PGSQL.${port}` : host);
  });
  wire.stream.destroy();
}
