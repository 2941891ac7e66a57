/** A TCP proxy before Postgres that can cut, go silent, or be away, as a network does. */

import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  /** The same database by way of the proxy. */
  url: string;
  /** Called with what a client sends. `cut` drops it and both sockets; `pass_and_cut` passes it on first. */
  onClientData: (data: Buffer) => 'pass' | 'cut' | 'pass_and_cut';
  /** Connections that clients have opened so far. */
  accepted: number;
  /** From now on what the server says is kept from the client, and nothing is closed. */
  isSilent: boolean;
  /** Cuts every connection. */
  cutAll(): void;
  /** Cuts every connection and takes no new ones until `listen`. */
  stop(): Promise<void>;
  listen(): Promise<void>;
}

export async function startTcpProxy(databaseUrl: string): Promise<TcpProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    proxy.accepted += 1;
    const upstream = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (data) => {
      const what = proxy.onClientData(data);
      if (what === 'pass') upstream.write(data);
      else if (what === 'cut') client.destroy();
      else {
        client.destroy();
        // The server must have it before its side goes.
        sockets.delete(upstream);
        upstream.removeAllListeners('close');
        upstream.end(data);
      }
    });
    upstream.on('data', (data) => void (proxy.isSilent || client.destroyed || client.write(data)));
  });
  const proxy: TcpProxy = {
    url: '',
    onClientData: () => 'pass',
    accepted: 0,
    isSilent: false,
    cutAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    stop: async () => {
      proxy.cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
    listen: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
  };
  let port = 0;
  await proxy.listen();
  port = (server.address() as AddressInfo).port;
  target.port = String(port);
  target.hostname = '127.0.0.1';
  // The target above keeps its own port in `databaseUrl`.
  proxy.url = target.href;
  target.port = new URL(databaseUrl).port;
  target.hostname = new URL(databaseUrl).hostname;
  return proxy;
}
