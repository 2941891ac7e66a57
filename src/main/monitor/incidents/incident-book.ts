/** Reads and keeps incidents: those that this server watches from memory, the others from Postgres, and what waits written as it may be. */

import type { Clock } from '../../foundation/clock.ts';
import type { ActivitySample } from '../samples/backend.ts';
import { type ActionSources, actionsFor } from './actions.ts';
import { incidentClosed, incidentNotFound, incidentOpen } from './errors.ts';
import { mergeShares, type Share } from './impact-merge.ts';
import { type Incident, mainVerdict } from './incident.ts';
import type { IncidentStore } from './incident-store.ts';
import type { IncidentWatch, JoinedIncident } from './incident-watch.ts';
import type { IncidentDetail, IncidentSummary, TimelineEntry } from './schema.ts';
import { mergeEntries, type Timeline } from './timeline.ts';

export interface IncidentBookOptions {
  store: IncidentStore;
  watch: IncidentWatch;
  timeline: Timeline;
  clock: Pick<Clock, 'nowMs'>;
  sample: () => ActivitySample | undefined;
  caps: () => ActionSources['caps'];
  ruleMode: ActionSources['ruleMode'];
  /** False while the disk is nearly full. */
  mayWrite?: (() => boolean) | undefined;
}

const BEFORE_MS = 10 * 60_000;
const AFTER_MS = 60_000;
const HIGHEST = 1_000_000_000;
const KINDS_SHOWN = 2_000;
/** In runs of two seconds. */
const DELETE_EVERY = 300;

export class IncidentBook {
  readonly #options: IncidentBookOptions;
  #lastNumber = 0;
  #runs = 0;
  #isLoaded = false;

  constructor(options: IncidentBookOptions) {
    this.#options = options;
  }

  /** Until the database has given it a number of its own, the one that it will most likely get. */
  opened(incident: Incident): void {
    incident.number = this.#lastNumber + 1;
  }

  current(): IncidentSummary | null {
    const { clock, watch } = this.#options;
    return watch.current?.summary(clock.nowMs()) ?? null;
  }

  /** Newest first. @param cursor a number; those before it */
  async list(limit: number, cursor?: string): Promise<{ incidents: IncidentSummary[]; nextCursor: string | null }> {
    const { clock, store, watch } = this.#options;
    const before = cursor === undefined ? HIGHEST : Number(cursor);
    const here = [...(watch.current ? [watch.current] : []), ...watch.recent];
    const inMemory = here.map((one) => one.summary(clock.nowMs())).filter(({ number }) => number < before);
    const isKnown = inMemory.length > 0;
    const stored = await store.list(before, limit + 1).catch((error: unknown) => {
      // What is in memory is told also while Postgres is away.
      if (isKnown) return [];
      throw error;
    });
    const byId = new Map([...stored, ...inMemory].map((one) => [one.id, one]));
    const all = [...byId.values()].sort((a, b) => b.number - a.number || (a.openedAt < b.openedAt ? 1 : -1));
    const incidents = all.slice(0, limit);
    return { incidents, nextCursor: all.length > limit ? String(incidents.at(-1)?.number) : null };
  }

  /** @throws AppError incident_not_found */
  async detail(id: string): Promise<IncidentDetail> {
    const { caps, clock, ruleMode, sample, watch } = this.#options;
    const nowMs = clock.nowMs();
    const here = watch.find(id);
    const incident = here ? here.summary(nowMs) : await this.#read(id);
    const [share, timeline] = await Promise.all([
      this.#shareOf(id, here),
      this.#timelineOf(incident, here !== undefined),
    ]);
    const { impact, points, verdicts } = share;
    const verdict = mainVerdict(verdicts, incident.closedAt === null ? nowMs : Date.parse(incident.closedAt));
    const inOrder = verdict ? [verdict, ...verdicts.filter((one) => one !== verdict)] : verdicts;
    const sources = { sample: sample(), caps: caps(), ruleMode, timeline };
    return {
      ...{ incident, impact, verdict, verdicts: [...verdicts], timeline, points: [...points] },
      actions: actionsFor(inOrder, sources),
    };
  }

  async #read(id: string): Promise<IncidentSummary> {
    const found = await this.#options.store.read(id);
    if (!found) throw incidentNotFound();
    return found;
  }

  async #shareOf(id: string, here: Incident | undefined): Promise<Share> {
    const { store } = this.#options;
    if (!here) return (await store.readShare(id)) ?? mergeShares([]);
    const others = here.isJoined ? await store.readOthers(id).catch(() => []) : [];
    const own = { impact: here.span.impact(), points: here.span.points, verdicts: here.verdicts };
    return mergeShares([own, ...others]);
  }

  async #timelineOf({ closedAt, openedAt }: IncidentSummary, isHere: boolean): Promise<TimelineEntry[]> {
    const { clock, store, timeline } = this.#options;
    const fromMs = Date.parse(openedAt) - BEFORE_MS;
    const toMs = (closedAt === null ? clock.nowMs() : Date.parse(closedAt)) + AFTER_MS;
    const stored = await store.readTimeline(fromMs, toMs).catch((error: unknown) => {
      if (isHere) return [];
      throw error;
    });
    return mergeEntries(stored, timeline.between(fromMs, toMs)).slice(-KINDS_SHOWN);
  }

  /** @throws AppError incident_open */
  async openByHand(title: string, userId: string): Promise<IncidentDetail> {
    const { watch } = this.#options;
    if (watch.current) throw incidentOpen();
    const incident = watch.openByHand(title, userId);
    await this.run().catch(() => undefined);
    return this.detail((watch.current ?? incident).id);
  }

  /** @throws AppError incident_not_found, incident_closed */
  async closeByHand(id: string, userId: string): Promise<IncidentDetail> {
    const { store, timeline, watch } = this.#options;
    const here = watch.find(id);
    if (here && here !== watch.current) throw incidentClosed();
    const sentence = 'An operator closes the incident.';
    if (here) {
      watch.close(here, sentence, userId);
      await this.run().catch(() => undefined);
      return this.detail(id);
    }
    await this.#read(id);
    if (!(await store.closeByHand(id))) throw incidentClosed();
    timeline.note({ kind: 'closed', sentence, by: userId, details: { incident: id } });
    return this.detail(id);
  }

  /** @throws AppError incident_not_found */
  async writeNote(id: string, text: string, userId: string): Promise<TimelineEntry> {
    const { timeline, watch } = this.#options;
    if (!watch.find(id)) await this.#read(id);
    const entry = timeline.note({ kind: 'note', sentence: text, by: userId, details: { incident: id } });
    // A person who wrote something may look for it on another server.
    await timeline.flush().catch(() => undefined);
    return entry;
  }

  /** Every two seconds: what waits is written. @throws AppError while Postgres is away */
  async run(): Promise<void> {
    const { store, timeline, watch } = this.#options;
    if (!this.#isLoaded) await this.#load();
    for (const incident of [...(watch.current ? [watch.current] : []), ...watch.recent]) await this.#save(incident);
    if (this.#options.mayWrite?.() ?? true) await timeline.flush();
    if (this.#runs % DELETE_EVERY === DELETE_EVERY - 1) await store.deleteOld();
    this.#runs += 1;
  }

  /** One that was open when this server ended, or that another server sees, goes on here. */
  async #load(): Promise<void> {
    const { store, watch } = this.#options;
    const [newest] = await store.list(HIGHEST, 1);
    this.#lastNumber = newest?.number ?? 0;
    const open = await store.readOpen();
    if (open && !watch.current) await this.#join(open);
    this.#isLoaded = true;
  }

  async #join(open: JoinedIncident): Promise<void> {
    const { clock, store, watch } = this.#options;
    const others = await store.readOthers(open.id);
    const joined = watch.join(open);
    store.join(open.id);
    // What was said of the cause is not forgotten; how it went on was not seen.
    const closedAt = new Date(clock.nowMs()).toISOString();
    for (const verdict of others.flatMap(({ verdicts }) => verdicts)) {
      joined.noteVerdict({ ...verdict, closedAt: verdict.closedAt ?? closedAt });
    }
  }

  async #save(incident: Incident): Promise<void> {
    const { clock, store, watch } = this.#options;
    const isClosed = incident.closedAtMs !== undefined;
    const waitsToClose = isClosed && !incident.isCloseSaved;
    if (incident.isSaved && !waitsToClose) return;
    const nowMs = clock.nowMs();
    const other = await store.save(incident, nowMs, isClosed || watch.isQuiet(incident));
    if (other) {
      if (watch.current === incident) await this.#join(other);
      else watch.forget(incident);
      return;
    }
    this.#lastNumber = Math.max(this.#lastNumber, incident.number);
    if (waitsToClose) await store.close(incident);
  }
}
