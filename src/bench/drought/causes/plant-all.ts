/** Plants each cause once, in an order that the seed decides, with calm traffic between, and reads what Aquifer says of it. */

import { fileURLToPath } from 'node:url';
import { createSchedule, type RunResult, type Schedule } from '../../../main/loadtest/index.ts';
import { type CauseWatch, watchCause } from '../cause-watch.ts';
import { send } from '../load.ts';
import { clearLeftovers } from '../observer.ts';
import type { Progress } from '../progress.ts';
import { withClient } from '../seed-data.ts';
import { aquiferContestant, type Ground } from '../set-up.ts';
import { judgeSightings, type Naming } from '../verdict.ts';
import { seconds } from '../words.ts';
import { type Cause, createCauses, type Planting } from './causes.ts';
import { seedCauses } from './seed-causes.ts';
import { shuffle } from './shuffle.ts';

export interface PlantedCause {
  id: string;
  title: string;
  naming: Naming;
  /** From the planting; null where it did not come to pass. */
  detectedMs: number | null;
  namedMs: number | null;
  /** Own reads while it was planted, and how many log-ins and reads failed. */
  readP99Ms: number;
  failed: number;
}

export interface CausesResult {
  named: number;
  /** In the order in which they were planted. */
  planted: PlantedCause[];
  /** Of own reads before the first. */
  calmReadP99Ms: number;
  /** Each kind of cause as it was first named, whatever was planted. */
  said: { at: string; kind: string; sentence: string }[];
}

export interface PlantOptions {
  ground: Ground;
  seed: number;
  signal: AbortSignal;
  progress: Progress;
}

/** Seconds. Long enough for Aquifer to know what is usual here. */
const FIRST_CALM = 12;
const PLANTED = 9;
const REST = 8;
/** What the application does at all times, in requests a second. */
const ALWAYS = { logIn: 3, read: 60, summary: 10, parcels: 15, catalogue: 5 };
/** A machine without a free processor is late with its answers; what was detected in time still counts. */
const GRACE_MS = 2_000;
const STREAMS = [...Object.keys(ALWAYS), 'cpuReport', 'lockReport', 'checkout', 'export', 'surge'];

export async function plantAll({ ground, seed, signal, progress }: PlantOptions): Promise<CausesResult> {
  progress.say('Setting up for the eight causes');
  await withClient(ground.database.url, (client) => seedCauses(client));
  const causes = shuffle(createCauses(ground.people), seed);
  const schedule = createCausesSchedule(causes, seed, ground.people.length);
  const contestant = {
    ...aquiferContestant(ground),
    adapterPath: fileURLToPath(new URL('./planted-adapter.js', import.meta.url)),
  };
  const server = await contestant.start();
  const watch = watchCause(server.url, ground.operatorToken);
  const garden = new Garden(causes, ground, `${server.url}/planted/mend?number=0`);
  try {
    await garden.prepare();
    const result = await send({
      ...{ schedule, contestant, url: server.url, signal },
      parameters: { people: ground.people, kind: 'cpu' },
      onPhase(phase) {
        progress.phase('causes', phase, lengthOf(schedule, phase));
        garden.enter(phase);
      },
      onProgress: (atMs) => progress.tick(atMs),
    });
    await garden.clear();
    const planted = causes.map((cause) => ({ ...assess(cause, garden, watch), ...feel(result, cause.id) }));
    for (const one of planted) progress.detail(describe(one));
    const named = planted.filter(({ naming }) => naming.isRight).length;
    return { named, planted, calmReadP99Ms: feel(result, 'calm').readP99Ms, said: listNamings(watch) };
  } finally {
    await garden.clear();
    await watch.stop();
    await server.stop();
    await clearLeftovers(ground.client);
  }
}

function createCausesSchedule(causes: readonly Cause[], seed: number, users: number): Schedule {
  const phases = causes.flatMap(({ id, rates }) => [
    { name: id, durationMs: PLANTED * 1_000, rates: { ...ALWAYS, ...rates } },
    { name: `rest after ${id}`, durationMs: REST * 1_000, rates: ALWAYS },
  ]);
  return createSchedule({
    ...{ seed, users },
    streams: Object.fromEntries(STREAMS.map((stream) => [stream, {}])),
    phases: [{ name: 'calm', durationMs: FIRST_CALM * 1_000, rates: ALWAYS }, ...phases],
  });
}

function lengthOf({ phases }: Schedule, name: string): number {
  const phase = phases.find((one) => one.name === name);
  return phase ? (phase.endMs - phase.startMs) / 1_000 : 0;
}

/** Who is planted, since when and until when. */
class Garden {
  readonly #causes: readonly Cause[];
  readonly #ground: Ground;
  readonly #mendUrl: string;
  readonly #plantings = new Map<string, Planting>();
  readonly #spans = new Map<string, { from: number; to: number }>();
  #present: string | undefined;

  constructor(causes: readonly Cause[], ground: Ground, mendUrl: string) {
    this.#causes = causes;
    this.#ground = ground;
    this.#mendUrl = mendUrl;
  }

  async prepare(): Promise<void> {
    for (const { id, prepare } of this.#causes) {
      if (prepare) this.#plantings.set(id, await prepare(this.#ground));
    }
  }

  enter(phase: string): void {
    this.#leave();
    if (!this.#causes.some(({ id }) => id === phase)) return;
    this.#present = phase;
    this.#spans.set(phase, { from: Date.now(), to: Number.POSITIVE_INFINITY });
    void this.#plantings.get(phase)?.begin();
  }

  spanOf(id: string): { from: number; to: number } | undefined {
    return this.#spans.get(id);
  }

  async clear(): Promise<void> {
    this.#leave();
    for (const planting of this.#plantings.values()) await planting.end().catch(() => undefined);
  }

  #leave(): void {
    const id = this.#present;
    const span = id === undefined ? undefined : this.#spans.get(id);
    if (id === undefined || !span) return;
    this.#present = undefined;
    span.to = Date.now();
    void this.#plantings
      .get(id)
      ?.end()
      .catch(() => undefined);
    if (id === 'leak') void this.#mend().catch(() => undefined);
  }

  async #mend(): Promise<void> {
    const [person] = this.#ground.people;
    await fetch(this.#mendUrl, { headers: { authorization: `Bearer ${person?.token}` } });
  }
}

function assess({ id, title, expected }: Cause, garden: Garden, watch: CauseWatch) {
  const span = garden.spanOf(id) ?? { from: 0, to: 0 };
  const naming = judgeSightings(watch.sightings, expected, span, GRACE_MS);
  const since = (instant: number | null) => (instant === null ? null : Math.max(0, instant - span.from));
  return { id, title, naming, detectedMs: since(naming.detectedAt), namedMs: since(naming.namedAt) };
}

function listNamings({ sightings }: CauseWatch): CausesResult['said'] {
  const first = new Map<string, CausesResult['said'][number]>();
  for (const { verdict } of sightings) {
    const { id, kind, sentence, namedAt } = verdict;
    const key = `${id} ${kind}`;
    if (namedAt !== null && !first.has(key)) first.set(key, { at: namedAt, kind, sentence });
  }
  return [...first.values()];
}

/** What those who logged in and read felt of it. */
function feel({ phases }: RunResult, name: string): Pick<PlantedCause, 'readP99Ms' | 'failed'> {
  const streams = phases.find((phase) => phase.name === name)?.streams;
  return {
    readP99Ms: streams?.read?.response.p99 ?? 0,
    failed: (streams?.logIn?.failed ?? 0) + (streams?.read?.failed ?? 0),
  };
}

function describe({ title, naming, namedMs }: PlantedCause): string {
  if (naming.isRight) return `${title}: named in ${seconds(namedMs)}`;
  return `${title}: ${naming.verdict ? naming.faults.join('; ') : 'nothing was said'}`;
}
