/** What the planner needs of other parts of the server. It arrives as functions, so that the planner knows none of them. */

import type { WorkNote } from './creation/index.ts';
import type { Circumstances } from './creation/permission.ts';
import type { StatementFigures } from './ledger/index.ts';
import type { RepeatedStatement } from './review/rules/repeats.ts';
import type { FactPoint } from './sizing/facts.ts';

export interface PlannerSources extends Circumstances {
  /** What statements took over a span, wall clock in milliseconds since 1970. */
  statementsBetween(fromMs: number, toMs: number): Promise<readonly StatementFigures[]>;
  /** Every statement that a collection's API can lead to. */
  collectionStatements(): Promise<readonly { name: string; text: string; route: string }[]>;
  /** Of one of the monitor's series, oldest first. */
  points(name: string, span: { fromMs: number; toMs: number; stepMs: number }): Promise<readonly FactPoint[]>;
  /** Null where Postgres runs on another machine. */
  machine(): { cores: number; memoryBytes: number } | null;
  /** What requests run again and again. */
  repeats(): readonly RepeatedStatement[];
  /** For the timeline of incidents. */
  note(entry: WorkNote): void;
}
