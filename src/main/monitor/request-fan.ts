/** The HTTP server reports to one tracker; this one passes each report on to all who listen. */

import { type EndedRequest, RequestTracker } from '../http/index.ts';

export class RequestFan extends RequestTracker {
  readonly #listeners: readonly RequestTracker[];

  constructor(...listeners: RequestTracker[]) {
    super();
    this.#listeners = listeners;
  }

  override requestEnded(request: EndedRequest): void {
    for (const listener of this.#listeners) listener.requestEnded(request);
  }
}
