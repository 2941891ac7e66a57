/** A rule tried on the sessions that were seen: whom it would have hit, whom it would have spared and why, by statement. */

import { matches, type RuleDefinition, reasonToSpare } from './rule.ts';
import type * as schema from './schema.ts';
import { atPeak, type Sighting } from './sightings.ts';

const GROUPS_MAX = 100;
const PIDS_MAX = 5;

interface Verdict {
  sighting: Sighting;
  /** Null for one that would have been hit. */
  reason: string | null;
}

/**
 * The mode plays no part: it is what the rule would do if it were enforced. That one victim is ended at a time, and that
 * others may be freed by its end, cannot be known afterwards.
 */
export function rehearse(rule: RuleDefinition, sightings: readonly Sighting[], nowMs: number): schema.Rehearsal {
  const verdicts = sightings.flatMap((sighting) => judge(rule, sighting) ?? []);
  const hit = verdicts.filter(({ reason }) => reason === null);
  const spared = verdicts.filter(({ reason }) => reason !== null);
  const oldestMs = Math.min(...sightings.map(({ seenFromMs }) => seenFromMs));
  const counts = { seen: countSessions(sightings), hit: countOf(hit), spared: countOf(spared) };
  return {
    ruleId: rule.id === '' ? null : rule.id,
    since: sightings.length === 0 ? null : new Date(oldestMs).toISOString(),
    until: new Date(nowMs).toISOString(),
    ...counts,
    wouldHit: group(hit),
    wouldSpare: group(spared),
    sentence: sentenceOf(counts),
  };
}

/** Nothing where the rule does not mean it. One that would have been hit at any of its moments would have been hit. */
function judge(rule: RuleDefinition, sighting: Sighting): Verdict | undefined {
  const moments = sighting.peaks.map((peak) => atPeak(sighting, peak)).filter((seen) => matches(rule, seen));
  if (moments.length === 0) return undefined;
  const reasons = moments.map((seen) => reasonToSpare(rule, seen));
  return { sighting, reason: reasons.includes(null) ? null : (reasons[0] ?? null) };
}

const sessionOf = ({ facts }: Sighting) => `${facts.pid} ${facts.backendStart} ${facts.queryStart}`;
const countSessions = (sightings: readonly Sighting[]) => new Set(sightings.map(sessionOf)).size;
const countOf = (verdicts: readonly Verdict[]) => countSessions(verdicts.map(({ sighting }) => sighting));

function group(verdicts: readonly Verdict[]): schema.RehearsalGroup[] {
  const groups = new Map<string, Verdict[]>();
  for (const verdict of verdicts) {
    const { applicationName, lane, statement } = verdict.sighting.facts;
    const key = JSON.stringify([statement, applicationName, lane, verdict.reason]);
    const alike = groups.get(key);
    if (alike) alike.push(verdict);
    else groups.set(key, [verdict]);
  }
  return [...groups.values()]
    .map(describe)
    .sort((a, b) => b.heaviest - a.heaviest || b.sessions - a.sessions || b.longestMs - a.longestMs)
    .slice(0, GROUPS_MAX);
}

function describe(verdicts: readonly Verdict[]): schema.RehearsalGroup {
  const [{ reason, sighting: first }] = verdicts as [Verdict];
  const sightings = verdicts.map(({ sighting }) => sighting);
  const peaks = sightings.flatMap((sighting) => sighting.peaks);
  const { applicationName, lane, statement } = first.facts;
  return {
    ...{ statement, applicationName, lane, reason },
    sessions: countSessions(sightings),
    longestMs: Math.max(...peaks.map(({ ageMs }) => ageMs)),
    heaviest: Math.round(Math.max(...peaks.map(({ weight }) => weight)) * 10) / 10,
    lastSeenAt: new Date(Math.max(...sightings.map(({ seenUntilMs }) => seenUntilMs))).toISOString(),
    pids: [...new Set(sightings.map(({ facts }) => facts.pid))].slice(0, PIDS_MAX),
  };
}

function sentenceOf({ hit, seen, spared }: { hit: number; seen: number; spared: number }): string {
  if (seen === 0) return 'Nothing has been seen yet that lived long enough to matter.';
  const sessions = (count: number) => `${count} ${count === 1 ? 'session' : 'sessions'}`;
  const rest = spared === 0 ? '' : `, and would have spared ${spared} that are never touched`;
  return `In what is remembered of the last 24 hours, it would have ended ${hit} of ${sessions(seen)}${rest}.`;
}
