/**
 * The alert rules as they stand: the built-in ones, what operators have changed of them, and operators' own. As last read while
 * Postgres does not answer.
 */

import type { Database } from '../../database/index.ts';
import { createId } from '../../foundation/tokens.ts';
import { builtInRules } from './built-in-rules.ts';
import { alertRuleBuiltIn, alertRuleNotFound, invalidAlertRule, tooManyAlertRules } from './errors.ts';
import { type AlertRuleRow, deleteAlertRule, readAlertRules, saveAlertRule } from './queries.ts';
import type { AlertRuleDefinition, Gate, Seen } from './rule.ts';
import type { AlertRuleChange, NewAlertRule, Severity } from './schema.ts';
import { count } from './words.ts';

const OWN_RULES_MAX = 100;
const BASELINE_Z = 6;
const FOR_SECONDS = 60;

/** What is stored: of an own rule all of it, of a built-in one what was changed. */
export interface StoredRule {
  readonly name?: string;
  readonly about?: string;
  readonly isEnabled?: boolean;
  readonly severity?: Severity;
  readonly threshold?: number;
  readonly forSeconds?: number;
  readonly own?: NewAlertRule;
}

export class AlertRuleStore {
  readonly #database: Pick<Database, 'query' | 'execute'>;
  readonly #onChange: (rules: readonly AlertRuleDefinition[]) => void;
  #stored = new Map<string, StoredRule>();
  #rules: readonly AlertRuleDefinition[] = builtInRules;
  #read = '';

  /** @param onChange told of all rules whenever one of them is another */
  constructor(
    database: Pick<Database, 'query' | 'execute'>,
    onChange: (rules: readonly AlertRuleDefinition[]) => void,
  ) {
    this.#database = database;
    this.#onChange = onChange;
  }

  list(): readonly AlertRuleDefinition[] {
    return this.#rules;
  }

  /** @throws AppError alert_rule_not_found */
  get(id: string): AlertRuleDefinition {
    const rule = this.#rules.find((one) => one.id === id);
    if (!rule) throw alertRuleNotFound();
    return rule;
  }

  async load(): Promise<void> {
    const rows = await this.#database.query(readAlertRules, [OWN_RULES_MAX + builtInRules.length]);
    const read = JSON.stringify(rows);
    if (read === this.#read) return;
    this.#read = read;
    this.#stored = new Map(rows.map(({ definition, id }) => [id, definition as StoredRule]));
    const builtIn = builtInRules.map((rule) => overlay(rule, this.#stored.get(rule.id) ?? {}));
    this.#rules = [...builtIn, ...rows.flatMap(toOwnRule)];
    this.#onChange(this.#rules);
  }

  /** @throws AppError invalid_alert_rule, too_many_alert_rules */
  async create(given: NewAlertRule, userId: string): Promise<AlertRuleDefinition> {
    if (this.#rules.filter(({ isBuiltIn }) => !isBuiltIn).length >= OWN_RULES_MAX) {
      throw tooManyAlertRules(OWN_RULES_MAX);
    }
    const own = checked(given);
    return this.#save(createId(), { own }, userId);
  }

  /** @throws AppError alert_rule_not_found, invalid_alert_rule */
  async change(id: string, change: AlertRuleChange, userId: string): Promise<AlertRuleDefinition> {
    const rule = this.get(id);
    const stored = this.#stored.get(id) ?? {};
    if (rule.isBuiltIn && (change.name !== undefined || change.about !== undefined)) {
      throw invalidAlertRule('A built-in rule keeps its name and its description.');
    }
    if (rule.kind === 'event' && change.threshold !== undefined) {
      throw invalidAlertRule('This rule tells of something that happens; it has no threshold.');
    }
    if (rule.kind !== 'limit' && change.threshold !== undefined && change.threshold <= 0) {
      throw invalidAlertRule('The threshold of this rule has to be greater than zero.');
    }
    return this.#save(id, { ...stored, ...change }, userId);
  }

  /** @throws AppError alert_rule_not_found, alert_rule_built_in */
  async delete(id: string): Promise<AlertRuleDefinition> {
    const rule = this.get(id);
    if (rule.isBuiltIn) throw alertRuleBuiltIn();
    await this.#database.execute(deleteAlertRule, [id]);
    await this.load();
    return rule;
  }

  async #save(id: string, stored: StoredRule, userId: string): Promise<AlertRuleDefinition> {
    await this.#database.execute(saveAlertRule, [id, JSON.stringify(stored), userId]);
    await this.load();
    return this.get(id);
  }
}

function checked(given: NewAlertRule): NewAlertRule {
  if (given.kind === 'limit' && given.threshold === undefined) {
    throw invalidAlertRule('A limit needs a threshold, in the unit of its series.');
  }
  if (given.kind === 'baseline' && (given.threshold ?? BASELINE_Z) < 2) {
    throw invalidAlertRule(
      'The threshold of a baseline is counted in spreads: less than 2 is reached by chance all the time.',
    );
  }
  return given;
}

function overlay(rule: AlertRuleDefinition, stored: StoredRule): AlertRuleDefinition {
  const { forSeconds, isEnabled, severity, threshold } = stored;
  return {
    ...rule,
    isEnabled: isEnabled ?? rule.isEnabled,
    severity: severity ?? rule.severity,
    threshold: threshold ?? rule.threshold,
    forSeconds: forSeconds ?? rule.forSeconds,
  };
}

/** What another build stored and this one cannot read is left out, rather than read wrongly. */
function toOwnRule({ definition, id }: AlertRuleRow): AlertRuleDefinition[] {
  const stored = definition as StoredRule;
  const { own } = stored;
  if (!own || (own.kind !== 'limit' && own.kind !== 'baseline')) return [];
  const { direction, kind, scope, series, unit = '' } = own;
  const name = stored.name ?? own.name;
  const onlyHurt = own.onlyWhenUsersAreHurt ?? kind === 'baseline';
  const gate: Gate = { by: onlyHurt ? 'users' : 'none' };
  const rule: AlertRuleDefinition = {
    ...{ id, name, about: own.about ?? '', isBuiltIn: false, isEnabled: own.isEnabled ?? true },
    ...{ severity: own.severity ?? 'ticket', kind, series, direction, unit, gate, isHard: false, family: id },
    threshold: own.threshold ?? BASELINE_Z,
    forSeconds: own.forSeconds ?? FOR_SECONDS,
    ...(scope === undefined ? {} : { scopes: [scope] }),
    tell: (seen) => tellOwn(name, kind, unit, seen),
  };
  return [{ ...overlay(rule, stored), name, about: stored.about ?? rule.about }];
}

function tellOwn(
  name: string,
  kind: 'limit' | 'baseline',
  unit: string,
  { scope, threshold, usual, value }: Seen,
): string {
  const of = scope === '' ? '' : ` (${scope})`;
  const inUnit = (figure: number) => (unit === '' ? count(figure) : `${count(figure)} ${unit}`);
  const against = kind === 'limit' ? `the limit is ${inUnit(threshold)}` : `usually it is ${inUnit(usual)}`;
  return `${name}${of}: ${inUnit(value)}, ${against}.`;
}
