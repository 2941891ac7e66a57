/** What stands for a value that must not be seen: the value of its rank, in a form that its type can read and puts in order. */

export interface ValueKind {
  family: 'text' | 'number' | 'date' | 'timestamp' | 'uuid' | 'bytes' | 'address';
  isArray: boolean;
}

const FAMILIES: readonly [pattern: RegExp, family: ValueKind['family']][] = [
  [/^(text|character varying|character|name|bpchar|citext|\S*\.citext)\b/, 'text'],
  [/^(smallint|integer|bigint|numeric|real|double precision|oid|money)\b/, 'number'],
  [/^date$/, 'date'],
  [/^timestamp\b/, 'timestamp'],
  [/^uuid$/, 'uuid'],
  [/^bytea$/, 'bytes'],
  [/^inet$/, 'address'],
];

/** Undefined for a type whose values cannot be stood for, such as jsonb or an enum, whose labels are known to all. */
export function kindOfType(type: string): ValueKind | undefined {
  const isArray = type.endsWith('[]');
  const item = isArray ? type.slice(0, -2) : type;
  const family = FAMILIES.find(([pattern]) => pattern.test(item))?.[1];
  return family && { family, isArray };
}

/** The database's order as far as it can be had here. */
export function compareValues(a: string, b: string, { family }: ValueKind, collate: string): number {
  if (family === 'number') return compareNumbers(a, b);
  if (family === 'text') return compareTexts(a, b, collate);
  // All the others are written so that their texts have their order, but for years before Christ.
  return Number(!a.endsWith(' BC')) - Number(!b.endsWith(' BC')) || Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Exactly where both are whole: an id may be beyond what a double can tell apart. */
function compareNumbers(a: string, b: string): number {
  const isWhole = /^-?\d+$/;
  if (isWhole.test(a) && isWhole.test(b)) {
    const difference = BigInt(a) - BigInt(b);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  const [left, right] = [toNumber(a), toNumber(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Postgres puts NaN above all, and infinity below it. */
function toNumber(text: string): number {
  const value = Number(text.replace(/[$,]/g, ''));
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
}

const collators = new Map<string, Intl.Collator | undefined>();

function compareTexts(a: string, b: string, collate: string): number {
  const collator = collatorOf(collate);
  const inLanguage = collator?.compare(a, b) ?? 0;
  return inLanguage !== 0 ? inLanguage : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Undefined for the order of bytes. */
function collatorOf(collate: string): Intl.Collator | undefined {
  if (!collators.has(collate)) collators.set(collate, makeCollator(collate));
  return collators.get(collate);
}

function makeCollator(collate: string): Intl.Collator | undefined {
  if (/^(C|POSIX)\b/i.test(collate)) return undefined;
  try {
    return new Intl.Collator(collate.replace(/[.@].*$/, '').replaceAll('_', '-'));
  } catch {
    return undefined;
  }
}

const FIRST_DAY = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;

/** One digit more than any rank has, so that texts have the order of their numbers in every collation. */
export function standIn({ family }: ValueKind, rank: number): string {
  const digits = String(rank).padStart(8, '0');
  switch (family) {
    case 'text':
      return `h${digits}`;
    case 'number':
      return String(rank);
    case 'date':
      return new Date(FIRST_DAY + rank * DAY_MS).toISOString().slice(0, 10);
    case 'timestamp':
      return new Date(FIRST_DAY + rank * 60_000).toISOString().slice(0, 19).replace('T', ' ');
    case 'uuid':
      return `${digits}-0000-4000-8000-000000000000`;
    case 'bytes':
      return `\\x${digits}`;
    case 'address':
      return `10.${(rank >> 16) & 255}.${(rank >> 8) & 255}.${rank & 255}`;
  }
}
