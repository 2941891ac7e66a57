/** A TCP proxy before Postgres that can cut, delay, stall, go silent, reset, truncate or be away, as a network does. */

import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface FaultProxy {
  /** The same database by way of the proxy. */
  url: string;
  /** Called with what a client sends. `cut` drops it and both sockets; `pass_and_cut` passes it on first. */
  onClientData: (data: Buffer) => 'pass' | 'cut' | 'pass_and_cut';
  /** Called with what the server says. `truncate` gives half of it to the client and resets both sockets. */
  onServerData: (data: Buffer) => 'pass' | 'truncate';
  /** Connections that clients have opened so far. */
  accepted: number;
  /** What the server says comes so much later. */
  delayMs: number;
  /** From now on what the server says is kept from the client, and nothing is closed. */
  isSilent: boolean;
  /** Nothing gets through in either direction, for connections that are open and for new ones; nothing is closed. */
  isHalfOpen: boolean;
  /** While true, what is said waits; it is delivered afterwards. */
  isStalled: boolean;
  /** Nothing gets through any more on the connections that are open now; new ones work. */
  forgetAll(): void;
  /** Cuts every connection. */
  cutAll(): void;
  /** Resets every connection, as a router does that has lost its memory. */
  resetAll(): void;
  /** Cuts every connection and takes no new ones until `listen`. */
  stop(): Promise<void>;
  listen(): Promise<void>;
}

export async function startFaultProxy(databaseUrl: string): Promise<FaultProxy> {
  const target = new URL(databaseUrl);
  const link = { port: Number(target.port), host: target.hostname };
  const sockets = new Set<Socket>();
  const forgotten = new WeakSet<Socket>();
  const held: (() => void)[] = [];
  let isStalled = false;
  const deliver = (work: () => void) => {
    if (isStalled) held.push(work);
    else if (proxy.delayMs > 0) setTimeout(work, proxy.delayMs);
    else work();
  };
  const server = createServer((client) => {
    proxy.accepted += 1;
    // What is opened into a hole has no other side.
    if (proxy.isHalfOpen) return join(sockets, client);
    const upstream = connect(link);
    join(sockets, client, upstream);
    client.on('data', (data) => {
      if (!proxy.isHalfOpen && !forgotten.has(client)) deliver(() => sendUp(proxy.onClientData(data), data));
    });
    const sendUp = (what: ReturnType<FaultProxy['onClientData']>, data: Buffer) => {
      if (what === 'pass') upstream.write(data);
      else if (what === 'cut') client.destroy();
      else {
        client.destroy();
        // The server must have it before its side goes.
        sockets.delete(upstream);
        upstream.removeAllListeners('close');
        upstream.end(data);
      }
    };
    upstream.on('data', (data) => {
      if (proxy.isSilent || proxy.isHalfOpen || forgotten.has(client)) return;
      deliver(() => {
        if (client.destroyed) return;
        if (proxy.onServerData(data) === 'pass') client.write(data);
        else client.write(data.subarray(0, Math.ceil(data.length / 2)), () => client.resetAndDestroy());
      });
    });
  });
  let port = 0;
  const proxy: FaultProxy = {
    ...{ url: '', accepted: 0, delayMs: 0, isSilent: false, isHalfOpen: false },
    ...{ onClientData: () => 'pass', onServerData: () => 'pass' },
    get isStalled() {
      return isStalled;
    },
    set isStalled(stalls) {
      isStalled = stalls;
      if (!stalls) for (const work of held.splice(0)) work();
    },
    forgetAll: () => {
      for (const socket of sockets) forgotten.add(socket);
    },
    cutAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    resetAll: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    stop: async () => {
      proxy.cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
    listen: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
  };
  await proxy.listen();
  port = (server.address() as AddressInfo).port;
  proxy.url = Object.assign(new URL(databaseUrl), { port: String(port), hostname: '127.0.0.1' }).href;
  return proxy;
}

/** Where one side goes, the other goes too. */
function join(sockets: Set<Socket>, client: Socket, upstream?: Socket): void {
  for (const [socket, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    if (!socket) continue;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      other?.destroy();
    });
  }
}
