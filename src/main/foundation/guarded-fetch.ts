/**
 * Asks other servers over HTTP in a way that cannot be turned against one's own network. A name is resolved here, every
 * address it has is looked at, and the connection goes to those very addresses: what a second look-up would say does not
 * matter. Nothing is followed, nothing is kept open, and an answer has a time and a size.
 */

import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

export interface GuardedFetchOptions {
  /** From the first look-up to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Of an answer's body. */
  readonly maxBytes: number;
  /** For a server in one's own network or on this machine, where an operator has named it. */
  readonly allowsPrivateNetwork?: boolean;
  /** For development alone. */
  readonly allowsHttp?: boolean;
}

export type GuardedFetchProblem =
  | 'address_refused'
  | 'protocol_refused'
  | 'not_found'
  | 'timeout'
  | 'too_large'
  | 'unreachable';

export class GuardedFetchError extends Error {
  readonly problem: GuardedFetchProblem;

  constructor(problem: GuardedFetchProblem, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'GuardedFetchError';
    this.problem = problem;
  }
}

export interface GuardedRequest {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type GuardedFetch = (url: string, request?: GuardedRequest) => Promise<Response>;

/** True for an address that anyone on the internet may have: not this machine's, a local network's, or one for special use. */
export function isPublicAddress(ip: string): boolean {
  const bare = ip.replace(/^\[|\]$/g, '');
  if (!ipaddr.isValid(bare) || isIP(bare) === 0) return false;
  // IPv4 in IPv6's clothes is IPv4; what carries IPv4 otherwise (6to4, Teredo, NAT64) has a range of its own, and is refused.
  return ipaddr.process(bare).range() === 'unicast';
}

/** Answers with whatever status comes; a redirect is an answer like others. @throws GuardedFetchError */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  return async (address, request = {}) => {
    const url = new URL(address);
    refuseProtocol(url, options);
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
    try {
      return await send(url, request, options, signal);
    } catch (error) {
      if (error instanceof GuardedFetchError) throw error;
      if (timeout.aborted) throw new GuardedFetchError('timeout', `${url.host} did not answer in time`, error);
      throw new GuardedFetchError('unreachable', `${url.host} could not be asked`, error);
    }
  };
}

function refuseProtocol({ protocol, username, password }: URL, { allowsHttp }: GuardedFetchOptions): void {
  if (protocol !== 'https:' && !(allowsHttp && protocol === 'http:')) {
    throw new GuardedFetchError('protocol_refused', 'only https is asked');
  }
  if (username !== '' || password !== '') {
    throw new GuardedFetchError('protocol_refused', 'an address with a user or a password in it is not asked');
  }
}

async function send(
  url: URL,
  { method = 'GET', headers = {}, body }: GuardedRequest,
  options: GuardedFetchOptions,
  signal: AbortSignal,
): Promise<Response> {
  const lookUp = createLookup(options);
  // A host that is an address is never looked up, so it is looked at here.
  refuseAddresses(url.hostname, isIP(url.hostname.replace(/^\[|\]$/g, '')) ? [url.hostname] : [], options);
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(
      url,
      // Undecoded bytes are what is counted, so none are asked to be packed.
      { method, headers: { ...headers, 'accept-encoding': 'identity' }, lookup: lookUp, agent: false, signal },
      resolve,
    );
    request.on('error', reject);
    request.end(body);
  });
  const bytes = await readBody(message, options.maxBytes);
  const status = message.statusCode ?? 502;
  const hasNoBody = status === 204 || status === 304 || method === 'HEAD';
  return new Response(hasNoBody ? null : bytes, { status, headers: headersOf(message) });
}

/** Finds a name's addresses and answers with them only where all of them may be asked. */
function createLookup(options: GuardedFetchOptions): LookupFunction {
  return (host, { all }, done) => {
    lookup(host, { all: true, verbatim: true }).then(
      (found) => {
        try {
          refuseAddresses(
            host,
            found.map(({ address }) => address),
            options,
          );
        } catch (error) {
          done(error as Error, '', 0);
          return;
        }
        const [first] = found;
        if (!first) done(new GuardedFetchError('not_found', `${host} has no address`), '', 0);
        else if (all) done(null, found);
        else done(null, first.address, first.family);
      },
      (error: unknown) => done(new GuardedFetchError('not_found', `${host} cannot be found`, error), '', 0),
    );
  };
}

function refuseAddresses(host: string, addresses: readonly string[], { allowsPrivateNetwork }: GuardedFetchOptions) {
  if (allowsPrivateNetwork) return;
  if (addresses.some((address) => !isPublicAddress(address))) {
    throw new GuardedFetchError('address_refused', `${host} is not on the public internet`);
  }
}

async function readBody(message: IncomingMessage, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      message.destroy();
      throw new GuardedFetchError('too_large', `the answer is larger than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function headersOf({ headers }: IncomingMessage): Headers {
  const made = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) made.append(name, one);
  }
  return made;
}
