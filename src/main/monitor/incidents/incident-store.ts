/**
 * Incidents in Postgres: one open at a time for all servers of the database. This server writes what it saw as its own share, every two
 * seconds while one is open, and goes on from memory while Postgres is away.
 */

import { type Database, violates } from '../../database/index.ts';
import { createId } from '../../foundation/tokens.ts';
import { mergeShares, type Share } from './impact-merge.ts';
import type { Incident } from './incident.ts';
import { toJsonb } from './jsonb.ts';
import * as queries from './queries.ts';
import type { IncidentSummary, TimelineEntry } from './schema.ts';

const TIMELINE_MAX = 2_000;
/** Within what another server takes for a sign of life. */
const SHARE_EVERY_MS = 10_000;

export class IncidentStore {
  readonly #database: Pick<Database, 'query' | 'execute'>;
  readonly #processId = createId();
  readonly #known = new Set<string>();

  constructor(database: Pick<Database, 'query' | 'execute'>) {
    this.#database = database;
  }

  /** @returns another one that is open already, which this server is to join */
  async save(incident: Incident, nowMs: number, isQuiet: boolean): Promise<queries.IncidentRow | undefined> {
    const summary = incident.summary(nowMs);
    if (!this.#known.has(incident.id)) {
      const other = await this.#open(incident, summary);
      if (other) return other;
      this.#known.add(incident.id);
    }
    // What comes while this is written has to be written again.
    incident.isSaved = true;
    try {
      await this.#write(incident, summary, { nowMs, isQuiet });
    } catch (error) {
      incident.isSaved = false;
      throw error;
    }
    return undefined;
  }

  async #write(
    incident: Incident,
    summary: IncidentSummary,
    { isQuiet, nowMs }: { nowMs: number; isQuiet: boolean },
  ): Promise<void> {
    const { containedAt, detectedAt, id, namedAt, openedAt, title, usersHurt, verdictKind } = summary;
    await this.#writeShare(incident, nowMs, isQuiet);
    const [row] = await this.#database.query(queries.saveProgress, [
      ...([id, title, detectedAt ?? openedAt, namedAt] as const),
      ...([containedAt, usersHurt, verdictKind, openedAt] as const),
    ]);
    if (!row) return;
    incident.usersHurtElsewhere = row.usersHurt;
    incident.hasPostmortem = row.hasPostmortem;
    // Closed by an operator, or by a server that saw the calm first.
    if (row.state === 'closed' && incident.closedAtMs === undefined) {
      incident.closedAtMs = row.closedAt?.getTime() ?? Date.now();
    }
  }

  /** Not each time: the curve of a long one is large, and is written whole. */
  async #writeShare(incident: Incident, nowMs: number, isQuiet: boolean): Promise<void> {
    const isClosing = incident.closedAtMs !== undefined && !incident.isCloseSaved;
    if (!isClosing && nowMs - incident.shareSavedAtMs < SHARE_EVERY_MS) {
      incident.isSaved = false;
      return;
    }
    const { points } = incident.span;
    const [impact, curve, verdicts] = [incident.span.impact(), points, incident.verdicts].map(toJsonb);
    const params = [incident.id, this.#processId, impact ?? '', curve ?? '', verdicts ?? '', isQuiet] as const;
    await this.#database.execute(queries.saveShare, [...params]);
    incident.shareSavedAtMs = nowMs;
  }

  async #open(incident: Incident, { detectedAt, openedAt, title }: IncidentSummary) {
    try {
      const params = [incident.id, title, openedAt, detectedAt ?? openedAt, incident.openedBy] as const;
      const [row] = await this.#database.query(queries.openIncident, [...params]);
      incident.number = row?.number ?? 0;
      return undefined;
    } catch (error) {
      if (violates(error, 'incident_number_key')) return undefined;
      if (!violates(error, 'incident_open_key')) throw error;
      return this.readOpen();
    }
  }

  /** Stays undone while another server still sees users hurt, and is tried again; what a person has closed is closed. */
  async close(incident: Incident): Promise<void> {
    const { closedAtMs = Date.now(), closedBy, id } = incident;
    const closedAt = new Date(closedAtMs).toISOString();
    if (closedBy !== null) await this.closeByHand(id);
    else await this.#database.query(queries.closeIncident, [id, this.#processId, closedAt]);
    // By this, or by another server meanwhile; one that neither quiets down nor lives is not waited for.
    incident.isCloseSaved = (await this.read(id))?.state !== 'open';
  }

  /** This server has joined one that another opened, or that was open when it started. */
  join(id: string): void {
    this.#known.add(id);
  }

  async closeByHand(id: string): Promise<boolean> {
    return (await this.#database.query(queries.closeByHand, [id])).length > 0;
  }

  async readOpen(): Promise<queries.IncidentRow | undefined> {
    return (await this.#database.query(queries.readOpenIncident, []))[0];
  }

  async read(id: string): Promise<IncidentSummary | undefined> {
    const [row] = await this.#database.query(queries.readIncident, [id]);
    return row && toSummary(row);
  }

  /** Newest first, those before a number. */
  async list(before: number, limit: number): Promise<IncidentSummary[]> {
    return (await this.#database.query(queries.listIncidents, [before, limit])).map(toSummary);
  }

  /** What other servers, or this one before its last start, saw of it. */
  async readOthers(id: string): Promise<Share[]> {
    const rows = await this.#database.query(queries.readShares, [id]);
    return rows.filter(({ processId }) => processId !== this.#processId);
  }

  /** As all of them saw it together; undefined where nobody wrote anything. */
  async readShare(id: string): Promise<Share | undefined> {
    const rows = await this.#database.query(queries.readShares, [id]);
    return rows.length === 0 ? undefined : mergeShares(rows);
  }

  async notePostmortem(id: string): Promise<void> {
    await this.#database.execute(queries.notePostmortem, [id]);
  }

  async readTimeline(fromMs: number, toMs: number): Promise<TimelineEntry[]> {
    const span = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()] as const;
    const rows = await this.#database.query(queries.readTimeline, [...span, TIMELINE_MAX]);
    return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
  }

  async saveEntries(entries: readonly TimelineEntry[]): Promise<void> {
    await this.#database.execute(queries.saveEntries, [toJsonb(entries)]);
  }

  async deleteOld(): Promise<void> {
    await this.#database.execute(queries.deleteOldEntries, [1_000]);
    await this.#database.execute(queries.deleteOldIncidents, [100]);
  }
}

export function toSummary(row: queries.IncidentRow): IncidentSummary {
  const { closedAt, containedAt, detectedAt, namedAt, openedAt, openedBy: _openedBy, ...rest } = row;
  const text = (at: Date | null) => at?.toISOString() ?? null;
  return {
    ...rest,
    openedAt: openedAt.toISOString(),
    ...{ detectedAt: text(detectedAt), namedAt: text(namedAt) },
    ...{ containedAt: text(containedAt), closedAt: text(closedAt) },
  };
}
