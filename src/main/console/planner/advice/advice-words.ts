// Index advice in words: the index itself, what it brings and costs, how sure it is, and what became of it.
import type { AdviceIndex, AdviceItem, AdviceState, CreateAdvice, DropAdvice } from '../../../client/index.ts';
import { countWords, plural } from '../../components/number-words.ts';
import { shortFigure } from '../plan/plan-words.ts';

export type Tone = 'plain' | 'good' | 'warn' | 'bad';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** As Postgres counts them, and so the sentences of the planner. */
const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;
const GIGABYTE = 1024 * MEGABYTE;

/** "orders (owner_id, created_at desc) where paid": the index as one says it. */
export function indexWords({ include, keys, method, predicate, schema, table }: AdviceIndex): string {
  const where = schema === 'public' ? table : `${schema}.${table}`;
  const by = method === 'btree' ? '' : ` ${method}`;
  const listed = keys.map(({ column, expression, isDescending, nullsFirst }) => {
    const nulls = nullsFirst === isDescending ? '' : nullsFirst ? ' nulls first' : ' nulls last';
    return `${column ?? expression}${isDescending ? ' desc' : ''}${nulls}`;
  });
  const carried = include.length === 0 ? '' : ` include (${include.join(', ')})`;
  return `${where}${by} (${listed.join(', ')})${carried}${predicate ? ` where ${predicate}` : ''}`;
}

/** "2.1 MB", "3.4 GB", "40 kB": with its unit, where it stands in a sentence. */
export function byteWords(bytes: number): string {
  const size = Math.abs(bytes);
  if (size >= GIGABYTE) return `${digits(bytes / GIGABYTE)} GB`;
  if (size >= MEGABYTE) return `${digits(bytes / MEGABYTE)} MB`;
  return size >= KILOBYTE ? `${digits(bytes / KILOBYTE)} kB` : `${Math.round(bytes)} bytes`;
}

/** "4.2 s", "6 min", "1.5 h": how long Postgres is at it, within a day. */
export function busyWords(ms: number): string {
  if (ms < SECOND_MS) return `${digits(ms)} ms`;
  if (ms < MINUTE_MS) return `${digits(ms / SECOND_MS)} s`;
  return ms < HOUR_MS ? `${digits(ms / MINUTE_MS)} min` : `${digits(ms / HOUR_MS)} h`;
}

/** "6 min", or "4 s more" where it became more. */
export function sparedWords(ms: number): string {
  return ms < 0 ? `${busyWords(-ms)} more` : busyWords(ms);
}

function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return countWords(Math.round(value));
  const words = value.toFixed(size >= 10 ? 0 : 1);
  return words.endsWith('.0') ? words.slice(0, -2) : words;
}

export function isCreate(advice: CreateAdvice | DropAdvice): advice is CreateAdvice {
  return advice.kind === 'create';
}

/** "Up to ×340": how many times cheaper a call becomes, as it stands beside others. */
export function timesSign(times: number): string {
  if (times >= 10) return `×${shortFigure(Math.round(times))}`;
  return `×${times.toFixed(1)}`;
}

export function savedWords({ benefit }: CreateAdvice): string {
  if (benefit.millisecondsPerDay !== null) return `${busyWords(benefit.millisecondsPerDay)} a day`;
  const percent = benefit.shareOfWorkload * 100;
  return `${percent >= 10 ? Math.round(percent) : percent.toFixed(1)} % of all cost`;
}

const levels = {
  high: { title: 'Sure', tone: 'good' },
  medium: { title: 'Fairly sure', tone: 'plain' },
  low: { title: 'Not sure', tone: 'warn' },
} as const;

export function sureness(level: keyof typeof levels): { readonly title: string; readonly tone: Tone } {
  return levels[level];
}

const reasons: Record<DropAdvice['reason'], string> = {
  duplicate: 'Twice there',
  prefix: 'A wider one does its work',
  unused: 'Unused and unneeded',
  invalid: 'Not valid',
  superseded: 'A new one does its work',
};

export function dropWords(reason: DropAdvice['reason']): string {
  return reasons[reason];
}

const states: Record<AdviceState, { readonly title: string; readonly tone: Tone }> = {
  offered: { title: 'Offered', tone: 'plain' },
  declined: { title: 'Declined', tone: 'plain' },
  under_way: { title: 'Under way', tone: 'plain' },
  done: { title: 'Done', tone: 'good' },
  failed: { title: 'Failed', tone: 'bad' },
  undone: { title: 'Taken back', tone: 'plain' },
  outdated: { title: 'No longer advised', tone: 'plain' },
};

export function stateWords(state: AdviceState): { readonly title: string; readonly tone: Tone } {
  return states[state];
}

/** What can still be decided, and what is over. A failed attempt can be made again. */
export function isOpen({ state }: Pick<AdviceItem, 'state'>): boolean {
  return state === 'offered' || state === 'under_way' || state === 'failed';
}

/** "2 indexes to create, 1 to drop". */
export function countAdvice(items: readonly AdviceItem[]): string {
  const open = items.filter(isOpen);
  const toCreate = open.filter(({ advice }) => isCreate(advice)).length;
  const toDrop = open.length - toCreate;
  const parts = [
    ...(toCreate > 0 ? [`${plural(toCreate, 'index', 'indexes')} to create`] : []),
    ...(toDrop > 0 ? [`${toCreate > 0 ? toDrop : plural(toDrop, 'index', 'indexes')} to drop`] : []),
  ];
  return parts.join(', ');
}
