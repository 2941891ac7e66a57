/** What remains unknown: what the data does not say, each time with what is missing. */

import type { Verdict } from '../../cause/schema.ts';
import type { IncidentFacts } from '../incident-facts.ts';
import { bullets, code, prose } from '../markdown-text.ts';
import { asSentence, clockWords, spanWords } from '../words.ts';

export function unknownWords(facts: IncidentFacts): string {
  const { changesBefore, detail } = facts;
  const { impact, incident, verdict } = detail;
  const lines = [
    ...(verdict ? ofVerdict(verdict) : ['What caused it.']),
    ...(changesBefore.length > 0 ? ['Whether what had changed before (see the root cause) brought it about.'] : []),
    ...(impact.requests === 0 ? ['Whom it hurt: no request was seen.'] : []),
    ...(incident.containedAt === null && impact.requests > 0 ? ['From when on nobody more was hurt.'] : []),
    ...(incident.detectedAt === null ? ['When it was first detected.'] : []),
    ...ofGaps(facts),
  ];
  return lines.length === 0 ? 'Nothing that this page speaks of.' : bullets(lines);
}

const OF_KIND: Partial<Record<Verdict['kind'], string>> = {
  volume_surge: 'Why it was asked so much more often: who asked is recorded, for what reason is not.',
  server_slow: 'What made the server slow: it shows in the times of its statements, and lies outside of them.',
  lock_held: 'Why the session kept its lock: what its program did meanwhile cannot be seen in Postgres.',
  idle_in_transaction: 'What the program did while its transaction stood open: Postgres saw nothing of it.',
  ddl_queued: 'Whether the change of the definition was needed at that hour.',
  leak: 'By which path through the code the connection was not given back.',
  connect_storm: 'Which program opened how many of the connections that were taken.',
};

function ofVerdict(verdict: Verdict): string[] {
  const { confidence, holder, kind, plan } = verdict;
  const lines: string[] = [];
  const reason = OF_KIND[kind];
  if (reason) lines.push(reason);
  if (confidence === 'likely')
    lines.push('Whether the cause is certain: not all that it would rest on could be looked up.');
  if (['missing_index', 'slow_statement', 'plan_changed'].includes(kind) && !plan) {
    lines.push('How Postgres ran the statement: its plan could not be had.');
  }
  if (plan?.before === null && kind === 'plan_changed') lines.push('By which plan it ran before.');
  if (holder && !holder.isOurs && holder.statement === '') {
    lines.push(`What pid ${holder.pid} ran: the role of this server may not see it (it lacks ${code('pg_monitor')}).`);
  }
  return lines.map((line) => prose(asSentence(line)));
}

function ofGaps({ gaps }: IncidentFacts): string[] {
  const [first] = gaps;
  if (!first) return [];
  const wholeMs = gaps.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);
  const where = `from ${clockWords(first.fromMs)} to ${clockWords(first.untilMs)}`;
  const and = gaps.length > 1 ? `, the first ${where}` : `, ${where}`;
  return [`What happened in the ${spanWords(wholeMs)} for which nothing was measured${and}.`];
}
