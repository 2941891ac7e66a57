/** Sends the live picture to whoever has a wall page open: once a second, made once for all of them. */

import type { FastifyReply } from 'fastify';
import { openEventStream } from '../../http/index.ts';
import { type MayGoOn, StreamGuard } from '../stream-guard.ts';
import type { LiveView } from './schema.ts';

export class LiveStreams {
  readonly #viewers = new Set<(live: LiveView) => void>();
  #latest: LiveView | undefined;

  get isWatched(): boolean {
    return this.#viewers.size > 0;
  }

  send(live: LiveView): void {
    this.#latest = live;
    for (const show of this.#viewers) show(live);
  }

  open(reply: FastifyReply, mayGoOn: MayGoOn): void {
    const guard = new StreamGuard(mayGoOn, () => stream.close());
    const show = (live: LiveView) => {
      guard.step(performance.now());
      if (!stream.isBackedUp()) stream.send('live', live);
    };
    const stream = openEventStream(reply, () => this.#viewers.delete(show));
    this.#viewers.add(show);
    if (this.#latest) show(this.#latest);
  }
}
