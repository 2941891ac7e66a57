/**
 * Reads `create index concurrently …` strictly, and writes it anew with a name of its own: what is not understood is not run. Postgres
 * checks the rest; here it is made sure that it is this one statement and nothing beside it.
 */

import { createHash } from 'node:crypto';
import { indexRefused } from '../errors.ts';

export interface IndexStatement {
  /** As it was written: quoted where it was. */
  readonly table: string;
  /** As the catalogs have it. */
  readonly indexName: string;
  /** What stands behind the table: the columns, and what belongs to them. */
  readonly tail: string;
}

/** Words, quoted names, texts, numbers, operators; comments and dollar quotes are not among them. */
const TOKEN =
  /\s+|"(?:[^"]|"")+"|'(?:[^']|'')*'|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\d+(?:\.\d+)?|[(),.]|::|[-+*/<>=~!@#%^&|`[\]:]+/y;
const NAME_BYTES_MAX = 63;

/** @throws AppError index_refused, with what is wrong */
export function readIndexSql(text: string): IndexStatement {
  const reader = new Reader(tokenise(text.trim().replace(/;\s*$/, '')));
  reader.expect('create');
  if (reader.takes('unique')) {
    throw indexRefused('A unique index is a rule about the data, and can refuse writes. Create it with a migration.');
  }
  reader.expect('index');
  if (!reader.takes('concurrently')) {
    throw indexRefused(
      'Without concurrently it would keep everyone from writing to the table. Write create index concurrently.',
    );
  }
  if (reader.takes('if')) {
    reader.expect('not');
    reader.expect('exists');
  }
  const given = reader.isAt('on') ? undefined : reader.name();
  reader.expect('on');
  if (reader.takes('only'))
    throw indexRefused('An index on one part of a partitioned table alone is not created here.');
  const table = reader.qualifiedName();
  const rest = reader.rest();
  checkShape(rest);
  const tail = rest.map(({ space, text: word }) => `${space}${word}`).join('');
  return { table, tail, indexName: given === undefined ? nameFor(table, tail) : plainName(given) };
}

/** Ready to run. @param table the table's full name, in quotes */
export function writeIndexSql({ indexName, tail }: IndexStatement, table: string): string {
  return `create index concurrently ${quoteName(indexName)} on ${table}${tail.startsWith(' ') ? '' : ' '}${tail}`;
}

interface Token {
  readonly text: string;
  /** What stood before it, as one space at the most. */
  readonly space: '' | ' ';
}

function tokenise(text: string): Token[] {
  if (/\?/.test(text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, ''))) {
    throw indexRefused('Put the constants of the statement in place of each ?.');
  }
  const tokens: Token[] = [];
  let space: '' | ' ' = '';
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const word = TOKEN.exec(text)?.[0];
    if (word === undefined) throw indexRefused(`This is not understood: ${text.slice(at, at + 20)}`);
    if (/--|\/\*/.test(word)) throw indexRefused('Leave the comments out.');
    if (word.trim() === '') space = ' ';
    else {
      tokens.push({ text: word, space });
      space = '';
    }
  }
  return tokens;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  isAt(word: string): boolean {
    return this.#tokens[this.#at]?.text.toLowerCase() === word;
  }

  takes(word: string): boolean {
    if (!this.isAt(word)) return false;
    this.#at += 1;
    return true;
  }

  expect(word: string): void {
    if (this.takes(word)) return;
    const found = this.#tokens[this.#at]?.text ?? 'the end';
    throw indexRefused(`It has to be create index concurrently … on …: ${word} is missing before ${found}.`);
  }

  /** As it was written, but with no capital letters that mean nothing. */
  name(): string {
    const text = this.#tokens[this.#at]?.text ?? '';
    this.#at += 1;
    if (text.startsWith('"')) return text;
    const lower = text.toLowerCase();
    if (!/^[a-z_\u0080-\uffff]/.test(lower)) throw indexRefused(`A name is missing before ${text || 'the end'}.`);
    return lower;
  }

  qualifiedName(): string {
    const first = this.name();
    return this.takes('.') ? `${first}.${this.name()}` : first;
  }

  rest(): readonly Token[] {
    return this.#tokens.slice(this.#at);
  }
}

/** `using method`, `( … )`, `include ( … )`, `with ( … )`, `where …`, with brackets that fit. */
function checkShape(tokens: readonly Token[]): void {
  let depth = 0;
  const outside: string[] = [];
  for (const { text } of tokens) {
    if (text === '(') depth += 1;
    if (depth === 0) outside.push(text.toLowerCase());
    if (text === ')') depth -= 1;
    if (depth < 0) throw indexRefused('A bracket is closed that was not opened.');
  }
  if (depth > 0) throw indexRefused('A bracket is not closed.');
  const where = outside.indexOf('where');
  const before = (where < 0 ? outside : outside.slice(0, where))
    .join(' ')
    .replace(/\s*\)\s*/g, ' ')
    .trim();
  if (tokens.length === 0 || !tokens.some(({ text }) => text === '(')) {
    throw indexRefused('The columns are missing: on table (column, …).');
  }
  if (!/^(using [a-z_]+)?\s*(include)?\s*(nulls( not)? distinct)?\s*(with)?$/.test(before)) {
    throw indexRefused(`This is not part of an index: ${before}.`);
  }
  if (where >= 0 && where === outside.length - 1 && tokens.at(-1)?.text.toLowerCase() === 'where') {
    throw indexRefused('The condition after where is missing.');
  }
}

/** `orders_customer_id_idx`-like, and unlike every other: one that was left behind by a failed attempt is known by it. */
function nameFor(table: string, tail: string): string {
  const plain = (table.split('.').at(-1) ?? '')
    .replaceAll('"', '')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_');
  const digest = createHash('sha256').update(`${table} ${tail}`).digest('hex').slice(0, 8);
  const words = [...tail.toLowerCase().matchAll(/[a-z_][a-z0-9_]*/g)].map(([word]) => word);
  const middle = words.filter((word) => !['using', 'btree', 'asc', 'desc'].includes(word)).join('_');
  const name = `${plain}_${middle}`.slice(0, NAME_BYTES_MAX - digest.length - 5);
  return `${name}_${digest}_idx`;
}

function plainName(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** Always in quotes: a plain name may be a word of SQL's own. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
