/** Where postmortems are kept: versions that are never changed, and the state of their measures. */

import type { Database } from '../../database/index.ts';
import type { MeasureState, PostmortemDocument, StoredVersion } from './document.ts';
import { postmortemChanged, tooManyVersions } from './errors.ts';
import {
  insertVersion,
  listRecent,
  listVersions,
  listWritten,
  readMeasures,
  readVersion,
  saveChecks,
  tickMeasure,
} from './queries.ts';
import type { MeasureCheck, PostmortemVersion } from './schema.ts';

const VERSIONS_MAX = 200;
const RECENT_DAYS = 90;
const RECENT_MAX = 200;

export class PostmortemStore {
  readonly #database: Pick<Database, 'query' | 'execute'>;

  constructor(database: Pick<Database, 'query' | 'execute'>) {
    this.#database = database;
  }

  /** The last one where no version is asked for; undefined where there is none. */
  async read(incidentId: string, version?: number): Promise<StoredVersion | undefined> {
    const [row] = await this.#database.query(readVersion, [incidentId, version ?? null]);
    if (!row) return undefined;
    const stored = row.document as Omit<PostmortemDocument, 'title'>;
    return {
      ...{ incidentId, version: row.version, writtenAt: row.writtenAt.toISOString(), writtenBy: row.writtenBy },
      document: { ...stored, title: row.title },
    };
  }

  /** Newest first. */
  async versions(incidentId: string): Promise<PostmortemVersion[]> {
    const rows = await this.#database.query(listVersions, [incidentId, VERSIONS_MAX]);
    return rows.map(({ writtenAt, ...row }) => ({ ...row, writtenAt: writtenAt.toISOString() }));
  }

  /**
   * Adds the version after `before`.
   *
   * @throws AppError postmortem_changed where somebody was quicker; too_many_postmortem_versions
   */
  async add(
    incidentId: string,
    before: number,
    { title, ...document }: PostmortemDocument,
    writtenBy: string | null,
  ): Promise<StoredVersion> {
    if (before >= VERSIONS_MAX) throw tooManyVersions(VERSIONS_MAX);
    const version = before + 1;
    const values = [incidentId, version, writtenBy, title, JSON.stringify(document)] as const;
    const [row] = await this.#database.query(insertVersion, [...values]);
    if (!row) throw postmortemChanged(version);
    return {
      ...{ incidentId, version, writtenBy },
      writtenAt: row.writtenAt.toISOString(),
      document: { title, ...document },
    };
  }

  async states(incidentId: string): Promise<MeasureState[]> {
    const rows = await this.#database.query(readMeasures, [incidentId]);
    return rows.map(({ checkResult, doneAt, ...row }) => ({
      ...row,
      doneAt: doneAt?.toISOString() ?? null,
      check: checkResult,
    }));
  }

  async tick(incidentId: string, key: string, isDone: boolean, userId: string): Promise<void> {
    await this.#database.execute(tickMeasure, [incidentId, key, isDone, userId]);
  }

  async saveChecks(incidentId: string, checks: ReadonlyMap<string, MeasureCheck>): Promise<void> {
    if (checks.size === 0) return;
    await this.#database.execute(saveChecks, [incidentId, JSON.stringify(Object.fromEntries(checks))]);
  }

  /** Incidents with a postmortem of the last ninety days, newest first. */
  async recent(): Promise<string[]> {
    const rows = await this.#database.query(listRecent, [RECENT_DAYS, RECENT_MAX]);
    return rows.map(({ incidentId }) => incidentId);
  }

  /** Of these incidents, those that have one. */
  async written(incidentIds: readonly string[]): Promise<Set<string>> {
    if (incidentIds.length === 0) return new Set();
    const rows = await this.#database.query(listWritten, [incidentIds]);
    return new Set(rows.map(({ incidentId }) => incidentId));
  }
}
