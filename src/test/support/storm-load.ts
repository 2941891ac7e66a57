/** Many callers at once while a test takes the database away, and the books that say afterwards whether anything was lost. */

import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import {
  AppError,
  createDatabase,
  createLogger,
  type Database,
  Pool,
  PoolTracker,
  statement,
} from '../../main/database/index.ts';

const DEADLINE_MS = 1_500;
/** What an answer may come later than its deadline: a tick of the timers, two busy processors. */
const TOLERANCE_MS = 700;
const CONNECTIONS = 12;
const CALLERS = 24;

const base = { lane: 'interactive', deadlineMs: DEADLINE_MS } as const;
const read = statement<[number], { n: number }>({ ...base, name: 'test.stormRead', text: 'select $1::int as n' });
const shared = statement<[number], { n: number }>({
  ...{ ...base, name: 'test.stormShared', lane: 'critical', isShared: true },
  text: 'select $1::int as n',
});
const nap = statement<[number], { slept: string }>({
  ...{ ...base, name: 'test.stormNap', lane: 'bulk' },
  text: 'select pg_sleep($1::double precision)::text as slept',
});
const write = statement<[number]>({
  ...base,
  name: 'test.stormWrite',
  text: 'insert into public.storm (n) values ($1)',
});
const list = statement<[], { n: number }>({ ...base, name: 'test.stormList', text: 'select n from public.storm' });

/** Counts openings in slices of a tenth of a second. */
class OpeningCount extends PoolTracker {
  readonly #atMs: number[] = [];

  override connectionOpened(): void {
    this.#atMs.push(performance.now());
  }

  /** The most within any one second since `fromMs`. */
  mostInASecond(fromMs: number): number {
    const since = this.#atMs.filter((atMs) => atMs >= fromMs);
    return Math.max(0, ...since.map((start) => since.filter((atMs) => atMs >= start && atMs < start + 1_000).length));
  }
}

export class StormLoad {
  readonly database: Database;
  readonly pool: Pool;
  readonly openings = new OpeningCount();
  readonly codes = new Map<string, number>();
  readonly #url: string;
  readonly #kept = new Set<number>();
  readonly #failed = new Set<number>();
  readonly #unknown = new Map<number, string>();
  readonly #late: string[] = [];
  #callers: Promise<void>[] = [];
  #isOver = false;
  #next = 0;

  constructor(url: string) {
    this.#url = url;
    const logger = createLogger({ level: 'silent' });
    const tracker = this.openings;
    this.database = createDatabase({
      connectionString: url,
      maxConnections: CONNECTIONS,
      connectTimeoutMs: 1_000,
      logger,
      tracker,
    });
    this.pool = new Pool({ connectionString: url, max: 6, connectionTimeoutMillis: 1_000, tracker });
  }

  async start(): Promise<void> {
    await this.pool.query('create table if not exists storm (n int primary key)');
    const kinds = [() => this.#read(), () => this.#write(), () => this.#poolWork(), () => this.#nap()];
    this.#callers = Array.from({ length: CALLERS }, async (_, index) => {
      const work = kinds[index % kinds.length] as () => Promise<void>;
      while (!this.#isOver) {
        await this.#timed(work);
        await sleep(2 + Math.random() * 8);
      }
    });
  }

  count(code: string): number {
    return this.codes.get(code) ?? 0;
  }

  /** Resolves when the pool answers again and again: the storm is over for its callers too. */
  async calm(): Promise<void> {
    for (let inARow = 0; inARow < 20; ) {
      const isWell = await Promise.all([this.database.query(read, [1]), this.pool.query('select 1')]).then(
        () => true,
        () => false,
      );
      inARow = isWell ? inARow + 1 : 0;
      await sleep(10);
    }
  }

  /** Ends the load and looks at the books: everyone answered in time, nothing lost, nothing kept that was refused. */
  async settle({ hasCrashed = false } = {}): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#callers);
    expect(this.#late, 'answers after their deadline').toEqual([]);
    await expect.poll(() => [this.database.listLeases(), this.pool.listLeases()], { timeout: 5_000 }).toEqual([[], []]);
    for (const lane of this.database.snapshot().lanes) expect(lane).toMatchObject({ active: 0, waiting: 0 });
    for (const lane of Object.values(this.pool.snapshotLanes())) expect(lane).toMatchObject({ active: 0, waiting: 0 });
    expect(this.database.snapshot().total).toBeLessThanOrEqual(CONNECTIONS);
    expect(this.pool.totalCount).toBeLessThanOrEqual(6);
    await this.#audit(hasCrashed);
  }

  async close(): Promise<void> {
    await Promise.all([this.database.close(), this.pool.end()]);
  }

  get connectionsMax(): number {
    return CONNECTIONS + 6;
  }

  get url(): string {
    return this.#url;
  }

  async #audit(hasCrashed: boolean): Promise<void> {
    const present = new Set((await this.database.query(list, [])).map(({ n }) => n));
    expect(
      [...this.#kept].filter((n) => !present.has(n)),
      'acknowledged, and lost',
    ).toEqual([]);
    expect(
      [...this.#failed].filter((n) => present.has(n)),
      'refused, and kept',
    ).toEqual([]);
    for (const [n, xactId] of this.#unknown) {
      const outcome = await this.database.outcomeOf(xactId);
      // A number that was never flushed is given out again after a crash, and may then be another's that was committed.
      if (present.has(n) || !hasCrashed) expect(outcome).toBe(present.has(n) ? 'committed' : 'aborted');
    }
    expect(this.#kept.size).toBeGreaterThan(20);
  }

  async #timed(work: () => Promise<void>): Promise<void> {
    const startedAtMs = performance.now();
    const code = await work().then(() => 'answered', codeOf);
    this.codes.set(code, this.count(code) + 1);
    const tookMs = performance.now() - startedAtMs;
    if (tookMs > DEADLINE_MS + TOLERANCE_MS) this.#late.push(`${code} after ${Math.round(tookMs)} ms`);
  }

  async #read(): Promise<void> {
    const n = Math.floor(Math.random() * 1_000);
    for (const [row] of await Promise.all([this.database.query(read, [n]), this.database.query(shared, [n])])) {
      expect(row).toEqual({ n });
    }
  }

  async #nap(): Promise<void> {
    await this.database.query(nap, [0.05]);
  }

  async #write(): Promise<void> {
    const n = this.#next++;
    let xactId = '';
    const options = { lane: 'interactive', deadlineMs: DEADLINE_MS, name: 'test.stormTransaction' } as const;
    try {
      await this.database.transaction(options, async (tx) => {
        await tx.execute(write, [n]);
        xactId = (await tx.xactId()) ?? '';
      });
      this.#kept.add(n);
    } catch (error) {
      if (codeOf(error) === 'outcome_unknown') this.#unknown.set(n, xactId);
      else this.#failed.add(n);
      throw error;
    }
  }

  async #poolWork(): Promise<void> {
    const scoped = this.pool.as({ deadlineMs: DEADLINE_MS });
    const n = Math.floor(Math.random() * 1_000);
    expect((await scoped.query('select $1::int as n', [n])).rows).toEqual([{ n }]);
    const client = await scoped.connect();
    try {
      await client.query('begin');
      await client.query('select 1');
      await client.query('commit');
    } finally {
      client.release();
    }
  }
}

function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code;
  const { code, message } = error as { code?: string; message: string };
  return code ?? message;
}
