/**
 * The rules as they stand: the built-in ones, what operators have changed of them, and operators' own. Read from Postgres
 * every few seconds, so that all processes of a server follow the same; kept as last read while Postgres does not answer.
 */

import type { Database } from '../../database/index.ts';
import { createId } from '../../foundation/tokens.ts';
import { builtInRules } from './built-in-rules.ts';
import { invalidRule, ruleBuiltIn, ruleNotFound, tooManyRules } from './errors.ts';
import { deleteRule, type RuleRow, readRules, saveRule } from './queries.ts';
import { type Conditions, faultOf, type RuleDefinition, readConditions } from './rule.ts';
import type * as schema from './schema.ts';

const OWN_RULES_MAX = 100;

export class RuleStore {
  readonly #database: Pick<Database, 'query' | 'execute'>;
  #rules: readonly RuleDefinition[] = builtInRules;

  constructor(database: Pick<Database, 'query' | 'execute'>) {
    this.#database = database;
  }

  list(): readonly RuleDefinition[] {
    return this.#rules;
  }

  /** @throws AppError rule_not_found */
  get(id: string): RuleDefinition {
    const rule = this.#rules.find((one) => one.id === id);
    if (!rule) throw ruleNotFound();
    return rule;
  }

  async load(): Promise<void> {
    const rows = await this.#database.query(readRules, [OWN_RULES_MAX + builtInRules.length]);
    const stored = new Map(rows.map((row) => [row.id, row]));
    const builtIn = builtInRules.map((rule) => overlay(rule, stored.get(rule.id)));
    const own = rows.filter(({ id }) => !builtInRules.some((rule) => rule.id === id)).map(toRule);
    this.#rules = [...builtIn, ...own];
  }

  /** What a new rule would be, not yet stored. @throws AppError invalid_rule, too_many_rules */
  propose(given: schema.NewRule): RuleDefinition {
    if (this.#rules.filter(({ isBuiltIn }) => !isBuiltIn).length >= OWN_RULES_MAX) throw tooManyRules(OWN_RULES_MAX);
    const { action = 'cancel', conditions, mayEndMaintenance = false, mode = 'warn', name, scope = 'own' } = given;
    return checked({
      ...{ id: createId(), name, isBuiltIn: false, mode, scope, conditions, action, mayEndMaintenance },
      ...{ fault: null, changedBy: null, changedAt: null },
    });
  }

  /** What the rule would become, not yet stored. @throws AppError rule_not_found, invalid_rule */
  proposeChange(id: string, change: schema.RuleChange): RuleDefinition {
    const rule = this.get(id);
    const { conditions, mayEndMaintenance = rule.mayEndMaintenance, mode = rule.mode } = change;
    const fault = conditions && !rule.isBuiltIn ? null : rule.fault;
    if (fault !== null && mode !== 'off') throw invalidRule(fault);
    const changed = conditions === undefined ? rule.conditions : changeConditions(rule, conditions);
    return checked({ ...rule, mode, mayEndMaintenance, conditions: changed, fault });
  }

  async save(rule: RuleDefinition, userId: string): Promise<RuleDefinition> {
    const { action, conditions, id, mayEndMaintenance, mode, name, scope } = rule;
    const values = [name, scope, JSON.stringify(conditions), mode, action, mayEndMaintenance, userId] as const;
    await this.#database.query(saveRule, [id, ...values]);
    await this.load();
    return this.get(id);
  }

  /** @throws AppError rule_not_found, rule_built_in */
  async delete(id: string): Promise<RuleDefinition> {
    const rule = this.get(id);
    if (rule.isBuiltIn) throw ruleBuiltIn();
    await this.#database.execute(deleteRule, [id]);
    await this.load();
    return rule;
  }
}

function checked(rule: RuleDefinition): RuleDefinition {
  const fault = rule.fault === null ? faultOf(rule) : null;
  if (fault !== null) throw invalidRule(fault);
  return rule;
}

/** Of a built-in rule the numbers may be others; what it asks for stays. */
function changeConditions(rule: RuleDefinition, given: Conditions): Conditions {
  if (!rule.isBuiltIn) return given;
  for (const [name, value] of Object.entries(given)) {
    const known = rule.conditions[name as keyof Conditions];
    const isSame = JSON.stringify(known) === JSON.stringify(value);
    if (!isSame && !(typeof known === 'number' && typeof value === 'number')) {
      throw invalidRule(`Of a built-in rule only the numbers can be changed, and ${name} is none of them.`);
    }
  }
  return { ...rule.conditions, ...given };
}

function toRule({ changedAt, conditions: stored, ...row }: RuleRow): RuleDefinition {
  const { conditions, fault } = readConditions(stored);
  const said = fault ?? faultOf({ action: row.action, conditions });
  return { ...row, isBuiltIn: false, conditions, fault: said, changedAt: changedAt.toISOString() };
}

/** What is built in stays even where another build stored less, because each condition keeps someone from being hit. */
function overlay(rule: RuleDefinition, row: RuleRow | undefined): RuleDefinition {
  if (!row) return rule;
  const { changedAt, changedBy, conditions, fault, mayEndMaintenance, mode } = toRule(row);
  return {
    ...{ ...rule, mode, mayEndMaintenance, fault, changedBy, changedAt },
    conditions: { ...rule.conditions, ...conditions },
  };
}
