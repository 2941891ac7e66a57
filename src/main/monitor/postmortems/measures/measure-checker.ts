/** Looks again whether measures hold: by the catalog, by the rules and caps as they stand, by the incidents since. */

import type { Database } from '../../../database/index.ts';
import type { Clock } from '../../../foundation/clock.ts';
import { AppError } from '../../../foundation/errors.ts';
import type { StatementCap } from '../../incidents/schema.ts';
import { causeName } from '../cause-name.ts';
import type { IncidentSource } from '../incident-source.ts';
import type { MeasureCheck } from '../schema.ts';
import { amountWords, countWords, dayWords, spanWords } from '../words.ts';
import { findSession, findTable, readIndexesOf, readRoleSetting, readStatistics } from './check-queries.ts';
import type { CheckSpec, MeasureDraft } from './draft.ts';
import { isProposed, readProposal } from './index-match.ts';

export interface MeasureCheckerOptions {
  /** The database that the incidents are of. */
  target: Pick<Database, 'query'>;
  incidents: IncidentSource;
  /** As they stand now. */
  rules: () => readonly { readonly id: string; readonly name: string; readonly mode: string }[];
  caps: () => readonly Pick<StatementCap, 'statement' | 'until'>[];
  clock: Pick<Clock, 'nowMs'>;
}

type Found = Omit<MeasureCheck, 'checkedAt'>;
type Of<Kind extends CheckSpec['kind']> = Extract<CheckSpec, { kind: Kind }>;

const holds = (sentence: string): Found => ({ state: 'holds', sentence });
const fails = (sentence: string): Found => ({ state: 'does_not_hold', sentence });
const unknown = (sentence: string): Found => ({ state: 'cannot_tell', sentence });

const DAY_MS = 24 * 3_600_000;
const INCIDENTS_MAX = 100;
const DEFAULT_STATISTICS = 100;

export class MeasureChecker {
  readonly #options: MeasureCheckerOptions;

  constructor(options: MeasureCheckerOptions) {
    this.#options = options;
  }

  /** By key, of those that can be checked at all. */
  async check(measures: readonly MeasureDraft[]): Promise<Map<string, MeasureCheck>> {
    const checks = new Map<string, MeasureCheck>();
    for (const { check, key } of measures) {
      if (check === null) continue;
      const found = await this.#lookGuarded(check);
      checks.set(key, { ...found, checkedAt: new Date(this.#options.clock.nowMs()).toISOString() });
    }
    return checks;
  }

  /** What cannot be looked up is not known; it is neither well nor lapsed. */
  async #lookGuarded(check: CheckSpec): Promise<Found> {
    try {
      return await this.#look(check);
    } catch (error) {
      if (error instanceof AppError && error.kind !== 'internal') return unknown('It could not be looked up just now.');
      throw error;
    }
  }

  #look(check: CheckSpec): Promise<Found> | Found {
    switch (check.kind) {
      case 'index':
        return this.#lookAtIndex(check);
      case 'rule':
        return this.#lookAtRule(check);
      case 'session':
        return this.#lookForSession(check);
      case 'role_setting':
        return this.#lookAtRole(check);
      case 'cap_lifted':
        return this.#lookAtCaps(check);
      case 'statistics':
        return this.#lookAtStatistics(check);
      case 'not_again':
        return this.#lookForAnother(check);
    }
  }

  async #lookAtIndex({ sql }: Of<'index'>): Promise<Found> {
    const proposal = readProposal(sql);
    if (!proposal) return unknown('The proposal could not be read, so no index can be compared with it.');
    const { target } = this.#options;
    const indexes = (await target.query(readIndexesOf, [proposal.table])).filter((one) => isProposed(one, proposal));
    indexes.sort((a, b) => Number(b.isValid) - Number(a.isValid) || b.scans - a.scans);
    const [index] = indexes;
    if (!index) {
      const [table] = await target.query(findTable, [proposal.table]);
      return table?.exists
        ? fails(`There is no such index on ${proposal.table}.`)
        : unknown(`The table ${proposal.table} is not to be seen any more.`);
    }
    if (!index.isValid) return fails(`The index ${index.name} is there and not valid: drop it, and create it again.`);
    return index.scans > 0
      ? holds(`The index ${index.name} is there and was used ${amountWords(index.scans, 'time', 'times')}.`)
      : fails(`The index ${index.name} is there and has not been used yet.`);
  }

  #lookAtRule({ ruleId }: Of<'rule'>): Found {
    const rule = this.#options.rules().find(({ id }) => id === ruleId);
    if (!rule) return fails('The rule is not there any more.');
    if (rule.mode === 'enforce') return holds(`The rule acts: ${rule.name}.`);
    return fails(rule.mode === 'warn' ? `The rule only warns: ${rule.name}.` : `The rule is off: ${rule.name}.`);
  }

  async #lookForSession({ pid, seenAt }: Of<'session'>): Promise<Found> {
    const [row] = await this.#options.target.query(findSession, [pid, seenAt]);
    return row?.exists ? fails(`Pid ${pid} is still connected.`) : holds(`Pid ${pid} is gone.`);
  }

  async #lookAtRole({ role, setting }: Of<'role_setting'>): Promise<Found> {
    const [row] = await this.#options.target.query(readRoleSetting, [role, setting]);
    if (!row) return fails(`The role ${role} has no ${setting} of its own.`);
    return /^0+(\.0*)?\s*\w*$/.test(row.value)
      ? fails(`For the role ${role}, ${setting} is switched off.`)
      : holds(`For the role ${role}, ${setting} is ${row.value}.`);
  }

  #lookAtCaps({ statement }: Of<'cap_lifted'>): Found {
    const nowMs = this.#options.clock.nowMs();
    const cap = this.#options.caps().find((one) => one.statement === statement && Date.parse(one.until) > nowMs);
    return cap ? fails(`It is capped until ${dayWords(cap.until)}.`) : holds('It is not capped any more.');
  }

  async #lookAtStatistics({ after, column, relation }: Of<'statistics'>): Promise<Found> {
    const [row] = await this.#options.target.query(readStatistics, [relation, column]);
    if (!row) return unknown(`The table ${relation} is not to be seen any more.`);
    const isTakenAgain = row.analyzedAt !== null && row.analyzedAt.getTime() > Date.parse(after);
    if (!isTakenAgain) return fails(`The statistics of ${relation} have not been taken since.`);
    if (column === null) return holds(`The statistics of ${relation} have been taken since.`);
    return row.target !== null && row.target > DEFAULT_STATISTICS
      ? holds(`The sample for ${column} is ${countWords(row.target)}, and statistics have been taken since.`)
      : fails(
          `Statistics of ${relation} have been taken since, and the sample for ${column} is no larger than before.`,
        );
  }

  async #lookForAnother({ after, statement, verdictKind }: Of<'not_again'>): Promise<Found> {
    const { clock, incidents } = this.#options;
    const afterMs = Date.parse(after);
    const later = (await incidents.recent(INCIDENTS_MAX)).filter(
      ({ openedAt, verdictKind: kind }) => Date.parse(openedAt) > afterMs && kind === verdictKind,
    );
    for (const { id, number, openedAt } of later.reverse()) {
      const { verdict } = await incidents.read(id);
      if ((verdict?.statement?.name ?? null) !== statement) continue;
      return fails(
        `Incident ${number} on ${dayWords(openedAt)} had the same cause: ${causeName(verdictKind, statement)}.`,
      );
    }
    const sinceMs = Math.max(0, clock.nowMs() - afterMs);
    if (sinceMs < DAY_MS) return unknown(`It has not come back in ${spanWords(sinceMs)}, which is too short to tell.`);
    return holds(`It has not come back in ${amountWords(Math.floor(sinceMs / DAY_MS), 'day', 'days')}.`);
  }
}
