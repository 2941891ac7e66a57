/** The use cases of postmortems: read, write from the data, edit, tick off, check again. */

import type { IncidentDetail } from '../incidents/schema.ts';
import type { Series } from '../samples/schema.ts';
import { type PostmortemDocument, type StoredVersion, toPostmortem } from './document.ts';
import {
  measureFromData,
  measureNotFound,
  postmortemChanged,
  postmortemNotFound,
  textRefused,
  tooManyMeasures,
} from './errors.ts';
import type { IncidentSource } from './incident-source.ts';
import { keyOf } from './measures/draft.ts';
import type { MeasureChecker } from './measures/measure-checker.ts';
import type { NewMeasure, Postmortem, PostmortemEdit, PostmortemVersion } from './schema.ts';
import type { PostmortemStore } from './store.ts';
import { keepEdits, writePostmortem } from './write-postmortem.ts';

export interface PostmortemsOptions {
  store: PostmortemStore;
  incidents: IncidentSource;
  checker: MeasureChecker;
  /** What the pool's series say of a span; what cannot be read is left out of the plots. */
  readPool: (fromMs: number, toMs: number) => Promise<readonly Series[]>;
}

const OWN_MEASURES_MAX = 50;
const POOL_BEFORE_MS = 60_000;
const HALF_PAIR = /\p{Surrogate}/u;

export class Postmortems {
  readonly #options: PostmortemsOptions;

  constructor(options: PostmortemsOptions) {
    this.#options = options;
  }

  /** @throws AppError postmortem_not_found */
  async read(incidentId: string, version?: number): Promise<Postmortem> {
    return this.#shown(await this.#stored(incidentId, version));
  }

  /** @throws AppError postmortem_not_found */
  async versions(incidentId: string): Promise<PostmortemVersion[]> {
    const versions = await this.#options.store.versions(incidentId);
    if (versions.length === 0) throw postmortemNotFound();
    return versions;
  }

  /**
   * Writes a version from the incident as it stands.
   *
   * @throws AppError incident_not_found, too_many_postmortem_versions, postmortem_changed
   */
  async write(incidentId: string, isKeepingEdits: boolean): Promise<Postmortem> {
    const { incidents, store } = this.#options;
    const detail = await incidents.read(incidentId);
    const before = await store.read(incidentId);
    const fresh = writePostmortem(detail, await this.#pool(detail));
    const document = isKeepingEdits ? keepEdits(fresh, before?.document) : fresh;
    const stored = await store.add(incidentId, before?.version ?? 0, document, null);
    await this.#check(stored);
    await incidents.notePostmortem(incidentId);
    return this.#shown(stored);
  }

  /** @throws AppError postmortem_not_found, postmortem_changed, postmortem_text_refused, too_many_postmortem_versions */
  async edit(
    incidentId: string,
    { sections = [], title, version }: PostmortemEdit,
    userId: string,
  ): Promise<Postmortem> {
    refuseUnstorable(title, ...sections.map(({ markdown }) => markdown));
    const before = await this.#latest(incidentId, version);
    const given = new Map(sections.map(({ key, markdown }) => [key, markdown.replaceAll('\r\n', '\n')]));
    const changed = before.document.sections.map((section) => {
      const markdown = given.get(section.key);
      return markdown === undefined || markdown === section.markdown
        ? section
        : { ...section, markdown, isEdited: true };
    });
    const document = { ...before.document, title: title ?? before.document.title, sections: changed };
    return this.#add(before, document, userId);
  }

  /** @throws AppError postmortem_not_found, postmortem_text_refused, too_many_measures, too_many_postmortem_versions */
  async addMeasure(incidentId: string, { detail, kind, sentence }: NewMeasure, userId: string): Promise<Postmortem> {
    refuseUnstorable(sentence, detail);
    const before = await this.#stored(incidentId);
    const { measures } = before.document;
    if (measures.filter(({ isOwn }) => isOwn).length >= OWN_MEASURES_MAX) throw tooManyMeasures(OWN_MEASURES_MAX);
    const key = keyOf('own', `${kind}\n${sentence}\n${detail ?? ''}`);
    if (measures.some((one) => one.key === key)) return this.#shown(before);
    const own = { key, kind, sentence, detail: detail ?? null, evidence: [], check: null, isOwn: true, doneAt: null };
    return this.#add(before, { ...before.document, measures: [...measures, own] }, userId);
  }

  /** @throws AppError postmortem_not_found, measure_not_found, measure_from_data, too_many_postmortem_versions */
  async deleteMeasure(incidentId: string, key: string, userId: string): Promise<Postmortem> {
    const before = await this.#stored(incidentId);
    const measure = before.document.measures.find((one) => one.key === key);
    if (!measure) throw measureNotFound();
    if (!measure.isOwn) throw measureFromData();
    const measures = before.document.measures.filter((one) => one.key !== key);
    return this.#add(before, { ...before.document, measures }, userId);
  }

  /** @throws AppError postmortem_not_found, measure_not_found */
  async tick(incidentId: string, key: string, isDone: boolean, userId: string): Promise<Postmortem> {
    const stored = await this.#stored(incidentId);
    const measure = stored.document.measures.find((one) => one.key === key);
    if (!measure) throw measureNotFound();
    await this.#options.store.tick(incidentId, key, isDone, userId);
    await this.#options.store.saveChecks(incidentId, await this.#options.checker.check([measure]));
    return this.#shown(stored);
  }

  /** @throws AppError postmortem_not_found */
  async check(incidentId: string): Promise<Postmortem> {
    const stored = await this.#stored(incidentId);
    await this.#check(stored);
    return this.#shown(stored);
  }

  async #check({ document, incidentId }: StoredVersion): Promise<void> {
    const { checker, store } = this.#options;
    await store.saveChecks(incidentId, await checker.check(document.measures));
  }

  async #add(before: StoredVersion, document: PostmortemDocument, userId: string): Promise<Postmortem> {
    return this.#shown(await this.#options.store.add(before.incidentId, before.version, document, userId));
  }

  async #stored(incidentId: string, version?: number): Promise<StoredVersion> {
    const stored = await this.#options.store.read(incidentId, version);
    if (!stored) throw postmortemNotFound();
    return stored;
  }

  /** The one to change; refused where the caller has seen an older one. */
  async #latest(incidentId: string, seen: number): Promise<StoredVersion> {
    const latest = await this.#stored(incidentId);
    if (latest.version !== seen) throw postmortemChanged(latest.version);
    return latest;
  }

  async #shown(stored: StoredVersion): Promise<Postmortem> {
    return toPostmortem(stored, await this.#options.store.states(stored.incidentId));
  }

  async #pool({ incident: { closedAt, openedAt } }: IncidentDetail): Promise<readonly Series[]> {
    const fromMs = Date.parse(openedAt) - POOL_BEFORE_MS;
    const toMs = (closedAt === null ? Date.now() : Date.parse(closedAt)) + POOL_BEFORE_MS;
    // The report must not fail for want of two plots.
    return this.#options.readPool(fromMs, toMs).catch(() => []);
  }
}

/** Postgres stores neither NUL nor half of a surrogate pair. */
function refuseUnstorable(...texts: readonly (string | undefined)[]): void {
  for (const text of texts) {
    if (text !== undefined && (text.includes('\u0000') || HALF_PAIR.test(text))) throw textRefused();
  }
}
