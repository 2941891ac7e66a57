// What the steps of a plan do, for people who do not read plans every day; and a plan's figures in words.
import { countWords } from '../../components/number-words.ts';

const meanings: Readonly<Record<string, string>> = {
  'Seq Scan': 'Reads the whole table, row by row, and keeps what fits.',
  'Index Scan': 'Finds its rows by the index and reads each from the table, in the order of the index.',
  'Index Only Scan': 'Answers from the index alone, without a look into the table where its pages are all visible.',
  'Bitmap Heap Scan': 'Reads the pages that the bitmap names, each of them once, in the order of the table.',
  'Bitmap Index Scan': 'Notes by the index which pages of the table hold rows that fit.',
  BitmapAnd: 'Keeps the pages that all the bitmaps name.',
  BitmapOr: 'Keeps the pages that any of the bitmaps names.',
  'Tid Scan': 'Reads rows by their place in the table.',
  'Nested Loop': 'For each row of the first input, looks for its partners in the second.',
  'Hash Join': 'Builds a table of the second input in memory, and looks every row of the first up in it.',
  'Merge Join': 'Walks through both inputs side by side, as they have the same order.',
  Hash: 'Builds a table in memory to look rows up in.',
  Sort: 'Puts all rows in order before it gives the first.',
  'Incremental Sort': 'Sorts in small parts, as the rows arrive in part in the right order.',
  Limit: 'Stops as soon as there are enough rows.',
  Aggregate: 'Counts or sums rows into groups.',
  WindowAgg: 'Computes over windows of rows.',
  Unique: 'Leaves out rows that repeat the one before.',
  Gather: 'Collects what parallel workers found.',
  'Gather Merge': 'Collects what parallel workers found, in its order.',
  Append: 'Puts the rows of its inputs behind each other.',
  'Merge Append': 'Merges the rows of its inputs in their order.',
  Materialize: 'Keeps the rows, so that they can be read again.',
  Memoize: 'Remembers what it looked up, so that the same key is not looked up twice.',
  'CTE Scan': 'Reads what a with clause made.',
  'Subquery Scan': 'Reads what a subquery gives.',
  'Function Scan': 'Reads what a function returns.',
  'Values Scan': 'Reads rows that are written in the statement.',
  Result: 'Computes values without a table.',
  ModifyTable: 'Writes rows.',
  Insert: 'Writes new rows.',
  Update: 'Writes changed rows.',
  Delete: 'Takes rows away.',
  LockRows: 'Locks the rows that it gives.',
  SetOp: 'Takes the rows that are in both inputs, or in one of them only.',
  Group: 'Gives one row for each group.',
};

/** One sentence; null for what Postgres has that is not listed here. */
export function meaningOf(type: string): string | null {
  const plain = type.replace(/^(Parallel|Partial|Finalize|Async) /, '').replace(/^(Hash|Merge|Nested Loop) .*/, '$1');
  const joined = /^(Hash|Merge) .*Join$|^Nested Loop .+/.exec(type);
  if (joined) return meanings[type.startsWith('Nested') ? 'Nested Loop' : `${joined[1]} Join`] ?? null;
  return (
    meanings[type] ?? meanings[plain] ?? meanings[plain.replace(/^(Group|Hash|Mixed|Sorted)?(?=Aggregate)/, '')] ?? null
  );
}

/** "12.4", "3,180", "1.2 million": a cost or a count of rows with three digits that mean something. */
export function figureWords(value: number): string {
  if (value >= 999_950_000) return `${(value / 1_000_000_000).toFixed(1)} billion`;
  if (value >= 999_950) return `${(value / 1_000_000).toFixed(1)} million`;
  if (value >= 100 || Number.isInteger(value)) return countWords(Math.round(value));
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** "1.2 M" and "36 k", where a narrow column has no room for more. */
export function shortFigure(value: number): string {
  if (value >= 999_950_000) return `${trimmed(value / 1_000_000_000)} G`;
  if (value >= 999_500) return `${trimmed(value / 1_000_000)} M`;
  if (value >= 10_000) return `${Math.round(value / 1000)} k`;
  return figureWords(value);
}

function trimmed(value: number): string {
  const words = value >= 100 ? String(Math.round(value)) : value.toFixed(1);
  return words.replace(/\.0$/, '');
}

/** How many times one cost is the other: "340 times cheaper", "1.4 times dearer", "as dear as before". */
export function timesWords(before: number, after: number): string {
  if (before <= 0 || after <= 0) return '';
  const times = before / after;
  if (times > 0.97 && times < 1.03) return 'as dear as before';
  return times > 1 ? `${ratio(times)} times cheaper` : `${ratio(1 / times)} times dearer`;
}

function ratio(times: number): string {
  return times >= 10 ? countWords(Math.round(times)) : times.toFixed(1);
}

/** "61 %", "<1 %". */
export function percentWords(share: number): string {
  if (share > 0 && share < 0.01) return '<1 %';
  return `${Math.round(share * 100)} %`;
}
