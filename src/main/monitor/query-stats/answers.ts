/** Answers what statements cost: all of them over a span and against another, or one of them with all that is known of it. */

import { changeOf } from './change.ts';
import { invalidSpan, queryNotFound } from './errors.ts';
import {
  callersOf,
  figuresOf,
  groupByStatement,
  meanMsOf,
  perCall,
  quantileOf,
  type StatementSeries,
  totalsOf,
} from './figures.ts';
import type { KeptPlan, QueryStore, Regression } from './query-store.ts';
import type { QueryDetail, QueryList, QueryPoint, QuerySort, QuerySpan, QueryView } from './schema.ts';
import { addUp, EVERYTHING_ELSE, type SeriesStep, sumOf } from './series.ts';
import { HOUR_MS, keptMs, MINUTE_MS, pointStepMs, type Span } from './spans.ts';
import type { StatementFacts } from './statement-directory.ts';

export interface AnswerSources {
  store: Pick<QueryStore, 'read' | 'readSteps' | 'plans' | 'regressions'>;
  facts: (ids: readonly string[]) => Promise<ReadonlyMap<string, StatementFacts>>;
  /** Whether Postgres' own counts are there, and why not. */
  blocks: () => { areKnown: boolean; reason: string | null };
  nowMs: () => number;
}

export interface SpanRequest {
  from?: string;
  to?: string;
  compareFrom?: string;
  compareTo?: string;
}

export interface ListRequest extends SpanRequest {
  route?: string;
  search?: string;
  sort: QuerySort;
  limit: number;
}

interface Spans {
  now: Span;
  before: Span | undefined;
}

export async function listQueries(sources: AnswerSources, request: ListRequest): Promise<QueryList> {
  const asked = readSpans(request, sources.nowMs());
  const now = await sources.store.read(asked.now);
  const before = asked.before && (await sources.store.read(asked.before));
  const regressions = await sources.store.regressions(now.span);
  const all = { now: groupByStatement(now.series), before: before && groupByStatement(before.series) };
  const shown = groupByStatement(now.series, request.route);
  const shownBefore = before && groupByStatement(before.series, request.route);
  const facts = await sources.facts(shown.map(({ statementId }) => statementId));
  const views = shown.map((group) =>
    toView({
      ...{ group, facts: facts.get(group.statementId), regressions },
      spans: { now: now.span, before: before?.span },
      before: shownBefore?.find(({ statementId }) => statementId === group.statementId),
      allMs: { now: totalsOf(all.now).totalMs, before: all.before && totalsOf(all.before).totalMs },
    }),
  );
  const found = views.filter((view) => matches(view, request.search)).sort(byMost(request.sort));
  return {
    queries: found.slice(0, request.limit),
    total: found.length,
    totals: { now: totalsOf(all.now), before: all.before ? totalsOf(all.before) : null },
    spans: { now: toSpan(now.span), before: before ? toSpan(before.span) : null },
    blocks: sources.blocks(),
  };
}

/** @throws AppError query_not_found */
export async function readQuery(sources: AnswerSources, id: string, request: SpanRequest): Promise<QueryDetail> {
  const asked = readSpans(request, sources.nowMs());
  const now = await sources.store.read(asked.now);
  const before = asked.before && (await sources.store.read(asked.before));
  const groups = groupByStatement(now.series);
  const group = groups.find(({ statementId }) => statementId === id);
  const known = (await sources.facts([id])).get(id);
  if (!group && !known) throw queryNotFound();
  const stepMs = pointStepMs(now.span, sources.nowMs());
  const steps = await sources.store.readSteps(id, now.span, stepMs);
  const regressions = await sources.store.regressions(now.span, id);
  const groupsBefore = before && groupByStatement(before.series);
  return {
    query: toView({
      ...{ group: group ?? noCalls(id), facts: known, regressions, spans: { now: now.span, before: before?.span } },
      before: groupsBefore?.find(({ statementId }) => statementId === id),
      allMs: { now: totalsOf(groups).totalMs, before: groupsBefore && totalsOf(groupsBefore).totalMs },
    }),
    callers: group ? callersOf(group) : [],
    points: toPoints(steps),
    stepSeconds: stepMs / 1_000,
    plans: (await sources.store.plans([id])).map(toPlan).reverse(),
    regressions: regressions.map(toRegression),
  };
}

interface ViewParts {
  group: StatementSeries;
  before: StatementSeries | undefined;
  facts: StatementFacts | undefined;
  regressions: readonly Regression[];
  allMs: { now: number; before: number | undefined };
  spans: Spans;
}

function toView({ allMs, before, facts, group, regressions, spans }: ViewParts): QueryView {
  const { statementId } = group;
  const isElse = statementId === EVERYTHING_ELSE.id;
  const compared = spans.before && !isElse ? { now: spans.now, before: spans.before } : undefined;
  const own = regressions.filter((one) => one.statementId === statementId);
  return {
    id: statementId,
    statement: isElse ? EVERYTHING_ELSE.name : (facts?.name ?? statementId),
    ...{ text: facts?.text ?? null, lane: facts?.lane ?? null, isOurs: facts?.isOurs ?? false },
    figures: figuresOf(group, allMs.now),
    before: before ? figuresOf(before, allMs.before ?? 0) : null,
    change: compared ? changeOf({ now: group, before, spans: compared, regressions: own }) : null,
  };
}

function noCalls(statementId: string): StatementSeries {
  return { statementId, calls: sumOf([]), isOwn: false, server: sumOf([]), callers: [] };
}

function matches({ statement, text }: QueryView, search: string | undefined): boolean {
  if (search === undefined) return true;
  const sought = search.toLowerCase();
  return statement.toLowerCase().includes(sought) || (text?.toLowerCase().includes(sought) ?? false);
}

/** What cannot be said stands last. */
function byMost(sort: QuerySort): (a: QueryView, b: QueryView) => number {
  const figureOf = ({ before, figures }: QueryView): number =>
    (sort === 'change' ? figures.totalMs - (before?.totalMs ?? 0) : figures[sort]) ?? Number.NEGATIVE_INFINITY;
  const order = (a: number, b: number) => (a === b ? 0 : b > a ? 1 : -1);
  return (a, b) => order(figureOf(a), figureOf(b)) || order(a.figures.totalMs, b.figures.totalMs);
}

function toPoints(steps: readonly SeriesStep[]): QueryPoint[] {
  const byStep = new Map<number, SeriesStep[]>();
  for (const step of steps) byStep.set(step.atMs, [...(byStep.get(step.atMs) ?? []), step]);
  return [...byStep]
    .sort(([a], [b]) => a - b)
    .flatMap(([atMs, ofStep]) => {
      const [group] = groupByStatement(addUp(ofStep));
      if (!group) return [];
      return {
        ...{ at: toInstant(atMs), calls: group.calls.calls, meanMs: meanMsOf(group.calls) },
        p99Ms: quantileOf(group.calls, 0.99),
        blocksPerCall: perCall(group.server.hitBlocks + group.server.readBlocks, group.server),
      };
    });
}

function toPlan({ cost, firstSeenAtMs, lastSeenAtMs, planId, summary }: KeptPlan) {
  return { planId, summary, cost, firstSeenAt: toInstant(firstSeenAtMs), lastSeenAt: toInstant(lastSeenAtMs) };
}

export function toRegression({ atMs, precededBy, statementId: _, ...regression }: Regression) {
  return {
    ...regression,
    at: toInstant(atMs),
    precededBy: precededBy.map((one) => ({ at: toInstant(one.atMs), sentence: one.sentence })),
  };
}

function toInstant(ms: number): string {
  return new Date(ms).toISOString();
}

function toSpan({ fromMs, toMs }: Span): QuerySpan {
  return { from: toInstant(fromMs), to: toInstant(toMs) };
}

/** @throws AppError invalid_input */
function readSpans({ compareFrom, compareTo, from, to }: SpanRequest, nowMs: number): Spans {
  const now = readSpan({ from, to, names: ['from', 'to'] }, nowMs);
  if (compareFrom === undefined && compareTo === undefined) return { now, before: undefined };
  if (compareFrom === undefined) throw invalidSpan('compareFrom', 'is needed together with compareTo');
  if (compareTo === undefined) throw invalidSpan('compareTo', 'is needed together with compareFrom');
  return { now, before: readSpan({ from: compareFrom, to: compareTo, names: ['compareFrom', 'compareTo'] }, nowMs) };
}

interface GivenSpan {
  from: string | undefined;
  to: string | undefined;
  names: readonly [string, string];
}

function readSpan({ from, names, to }: GivenSpan, nowMs: number): Span {
  // The minute under way is part of what is known.
  const endMs = to === undefined ? nowMs : Math.min(Date.parse(to), nowMs + MINUTE_MS);
  const fromMs = from === undefined ? endMs - HOUR_MS : Date.parse(from);
  if (!(fromMs < endMs)) throw invalidSpan(names[0], `must be before ${names[1]}, and before now`);
  return { fromMs: Math.max(fromMs, nowMs - keptMs.day), toMs: Math.max(endMs, nowMs - keptMs.day + MINUTE_MS) };
}
