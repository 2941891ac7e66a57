/** The way to an OpenTelemetry collector: OTLP over HTTP, as JSON. What cannot be sent costs memory up to a bound and nothing else. */

import type { Logger } from '../../foundation/logger.ts';
import { postJson } from '../alerts/channels/senders/post-json.ts';

export interface CollectorLinkOptions {
  /** Such as `http://localhost:4318`; `/v1/traces` and `/v1/metrics` are added. */
  endpoint: string;
  /** As in OTEL_EXPORTER_OTLP_HEADERS: `name=value`, with commas between. */
  headers: string | undefined;
  logger: Logger;
}

const TIMEOUT_MS = 10_000;

export class CollectorLink {
  readonly #options: CollectorLinkOptions;
  readonly #headers: Record<string, string>;
  #isDown = false;

  constructor(options: CollectorLinkOptions) {
    this.#options = options;
    this.#headers = readHeaders(options.headers);
  }

  /** Resolves with whether it was taken, or never will be; false where another try is worth it. */
  async send(signal: 'traces' | 'metrics', body: object, timeoutMs = TIMEOUT_MS): Promise<boolean> {
    const outcome = await postJson({
      receiver: 'The collector',
      url: addressOf(this.#options.endpoint, signal),
      body: JSON.stringify(body),
      headers: this.#headers,
      signal: AbortSignal.timeout(timeoutMs),
      secrets: Object.values(this.#headers),
    });
    this.#note(outcome.result === 'delivered', outcome.sentence);
    return outcome.result !== 'again';
  }

  /** Once when it begins, once when it is over: a collector that is away must not fill the log. */
  #note(isTaken: boolean, sentence: string): void {
    if (isTaken === !this.#isDown) return;
    this.#isDown = !isTaken;
    if (isTaken) this.#options.logger.info('telemetry is taken again');
    else this.#options.logger.warn({ reason: sentence }, 'telemetry cannot be sent');
  }
}

function addressOf(endpoint: string, signal: string): string {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal}`;
  return url.href;
}

/** What is no pair is left out, as the specification says. */
function readHeaders(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').map((pair) => pair.split(/=(.*)/s, 2));
  return Object.fromEntries(
    pairs.flatMap(([name = '', value]) => {
      const isName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name.trim());
      return isName && value !== undefined ? [[name.trim().toLowerCase(), decode(value.trim())]] : [];
    }),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
