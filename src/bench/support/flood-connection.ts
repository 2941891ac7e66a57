/** One connection of the flood: a request at a time over a plain socket, and of each answer no more than a client must read. */

import { connect, type Socket } from 'node:net';
import type { Answer } from './flood-traffic.ts';

export interface ConnectionListener {
  answered(answer: Answer): void;
  /** The next request may go. */
  free(): void;
  /** No more requests; one that had no answer is without for good. */
  closed(): void;
}

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: (\d+)/i;
const RETRY_AFTER = /\r\nretry-after: \d/i;
const CLOSE = /\r\nconnection: close/i;

export class Connection {
  readonly #socket: Socket;
  #text = '';
  #sentAtMs = 0;

  constructor(address: { host: string; port: number }, listener: ConnectionListener) {
    this.#socket = connect({ ...address, noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (chunk: string) => this.#read(chunk, listener));
    // What went wrong shows as a request without an answer.
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => listener.closed());
  }

  /** @param atMs when it should have gone: what it waits for a connection is part of its time */
  send(text: string, atMs: number): void {
    this.#sentAtMs = atMs;
    this.#socket.write(text, 'latin1');
  }

  #read(chunk: string, listener: ConnectionListener): void {
    this.#text += chunk;
    const headEnd = this.#text.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#text.slice(0, headEnd);
    const [, length] = LENGTH.exec(head) ?? [];
    // Every answer to a log-in has one; a body that cannot be measured would put question and answer out of step.
    if (length === undefined) return void this.#socket.destroy();
    if (this.#text.length < headEnd + HEAD_END.length + Number(length)) return;
    this.#text = '';
    const tookMs = performance.now() - this.#sentAtMs;
    listener.answered({ status: Number(head.slice(9, 12)), tookMs, hasRetryAfter: RETRY_AFTER.test(head) });
    if (CLOSE.test(head)) this.#socket.destroy();
    else listener.free();
  }
}
