/**
 * Who a statement is: by its declared name, or by its text without constants. The same statement has one id, whether the pool
 * reports it by name or pg_stat_statements by a text in which it has replaced constants in its own way.
 */

import { createHash } from 'node:crypto';
import { fingerprintNamed, fingerprintOf, listStatements } from '../../database/index.ts';
import { EVERYTHING_ELSE } from './series.ts';
import { storableText } from './storable-text.ts';

export interface StatementFacts {
  /** Eleven characters. */
  readonly id: string;
  /** Its declared name, or its text without constants, cut where that is long. */
  readonly name: string;
  /** Without constants; null where it was never seen. */
  readonly text: string | null;
  /** The one it ran in last; null for what does not run in our pool. */
  readonly lane: string | null;
  /** Declared by the server itself, not by an application. */
  readonly isOurs: boolean;
}

const KNOWN_MAX = 5_000;
const TEXT_MAX = 4_000;
/** The pool cuts names of its own making; an application may give a longer one. */
const NAME_MAX = 200;
/** Declared names and transactions of the server's own rooms. */
const OURS = /^(?:accounts|budget|data|database|http|loadtest|monitor|planner)\.\w+/;
/** A minus that belongs to a number: after anything that cannot be subtracted from. */
const SIGN =
  /([=<>(,+*/%|]\s?|\b(?:where|and|or|not|select|then|else|when|case|limit|offset|between|by|returning|having|on|like)\s)-\s?\?/g;
const SQL = /\s|^(?:begin|commit|rollback|vacuum|checkpoint)$/;

export class StatementDirectory {
  readonly #byName = new Map<string, StatementFacts>();
  readonly #byKey = new Map<string, StatementFacts>();
  readonly #byId = new Map<string, StatementFacts>();
  #declared = 0;

  /** Statements are declared as modules load and collections are made: looks for new ones. */
  refresh(): void {
    const all = listStatements();
    if (all.length === this.#declared) return;
    this.#declared = all.length;
    for (const { lane, name, text } of all) {
      const shown = shorten(fingerprintOf(text).text);
      this.#keep({ id: digest(name), name, text: shown, lane, isOurs: OURS.test(name) }, joinKeyOf(text));
    }
  }

  /** @param name as the pool reports it */
  named(name: string, lane: string | null = null): StatementFacts {
    const known = this.#byName.get(name);
    if (known && (known.lane === lane || lane === null)) return known;
    const [facts, key] = factsOf(name, lane);
    return this.#keep({ ...facts, name: storableText(name, NAME_MAX) }, key, name);
  }

  /** @param text as pg_stat_statements has it */
  ofText(text: string): StatementFacts {
    const key = joinKeyOf(text);
    const known = this.#byKey.get(key);
    if (known) return known;
    const { name, text: shape } = fingerprintOf(text);
    const facts = { id: digest(key), name: storableText(name), text: shorten(shape), lane: null, isOurs: false };
    return this.#keep(facts, key, name);
  }

  /** What is known in this process; a store may know more. */
  withId(id: string): StatementFacts | undefined {
    return this.#byId.get(id);
  }

  #keep(facts: StatementFacts, key: string | undefined, reported = facts.name): StatementFacts {
    forgetHalf(this.#byName);
    forgetHalf(this.#byKey);
    forgetHalf(this.#byId);
    this.#byName.set(reported, facts);
    this.#byId.set(facts.id, facts);
    if (key !== undefined) this.#byKey.set(key, facts);
    return facts;
  }
}

function factsOf(name: string, lane: string | null): [StatementFacts, key: string | undefined] {
  if (name === EVERYTHING_ELSE.name) return [{ ...EVERYTHING_ELSE, text: null, lane: null, isOurs: false }, undefined];
  const declared = listStatements().find((one) => one.name === name);
  if (declared) {
    const text = shorten(fingerprintOf(declared.text).text);
    return [{ id: digest(name), name, text, lane, isOurs: OURS.test(name) }, joinKeyOf(declared.text)];
  }
  // A transaction, or a client that has not run anything yet.
  const isSql = SQL.test(name) && !name.startsWith('a client from ');
  if (!isSql) return [{ id: digest(name), name, text: null, lane, isOurs: OURS.test(name) }, undefined];
  const text = fingerprintNamed(name)?.text ?? name;
  const key = joinKeyOf(text);
  return [{ id: digest(key), name, text: shorten(text), lane, isOurs: false }, key];
}

/**
 * The text as both sides would write it: pg_stat_statements takes `true`, `null` and the sign of a number for parts of a
 * constant, which our own fingerprint leaves standing.
 */
export function joinKeyOf(text: string): string {
  return fingerprintOf(text)
    .text.replace(/(?<!\bis (?:not )?)\b(?:true|false|null)\b/g, '?')
    .replace(SIGN, '$1?')
    .replace(/\(\?(?:, ?\?)+\)/g, '(?+)')
    .replace(/;\s*$/, '');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 11);
}

function shorten(text: string): string {
  return storableText(text, TEXT_MAX);
}

function forgetHalf(map: Map<string, StatementFacts>): void {
  if (map.size < KNOWN_MAX) return;
  let surplus = KNOWN_MAX / 2;
  for (const oldest of map.keys()) {
    if (surplus-- <= 0) break;
    map.delete(oldest);
  }
}
