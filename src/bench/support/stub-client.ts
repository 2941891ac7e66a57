/** A client without a database: connecting and querying take as long as they are told, so that the pool alone is measured. */

import { EventEmitter } from 'node:events';

export interface StubTimes {
  connectMs: number;
  queryMs: number;
}

type Done = (error: Error | null, result?: unknown) => void;

const after = (ms: number, run: () => void) => (ms === 0 ? process.nextTick(run) : setTimeout(run, ms));

/** A class in the driver's place for `new Pool({ Client })`. Counts how many were opened. */
export function createStubClient({ connectMs, queryMs }: StubTimes) {
  const opened = { count: 0 };
  class StubClient extends EventEmitter {
    readonly processID = 1;
    readonly _queryable = true;

    connect(done?: Done): Promise<void> | undefined {
      opened.count += 1;
      if (!done) return new Promise((resolve) => after(connectMs, () => resolve()));
      after(connectMs, () => done(null));
      return undefined;
    }

    query(...args: unknown[]): Promise<unknown> | undefined {
      const done = args.find((one) => typeof one === 'function') as Done | undefined;
      const result = { rows: [{ pid: 1 }], rowCount: 1 };
      const finish = (tell: () => void) => {
        tell();
        this.emit('drain');
      };
      if (!done) return new Promise((resolve) => after(queryMs, () => finish(() => resolve(result))));
      after(queryMs, () => finish(() => done(null, result)));
      return undefined;
    }

    end(done?: () => void): Promise<void> | undefined {
      if (!done) return Promise.resolve();
      process.nextTick(done);
      return undefined;
    }

    ref(): void {}
    unref(): void {}
    getTransactionStatus(): string {
      return 'I';
    }
  }
  return { Client: StubClient, opened };
}
