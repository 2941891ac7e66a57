/** How it ended: what was done by itself, what people did, what was left; in the order of time, which is no proof of cause. */

import type { IncidentAction, TimelineEntry, TimelineKind } from '../../incidents/schema.ts';
import type { IncidentFacts } from '../incident-facts.ts';
import { blocks, bullets, prose } from '../markdown-text.ts';
import { amountWords, asSentence, authorOf, clockWords, offsetWords, spanWords } from '../words.ts';

/** What changes something, in distinction to what only tells. */
const ACTS: ReadonlySet<TimelineKind> = new Set([
  ...(['session_ended', 'rule', 'limit_changed', 'statement_moved', 'refusals', 'operator'] as const),
  ...(['deploy', 'migration', 'ddl', 'analyze'] as const),
]);
const BY_ITSELF: readonly (readonly [TimelineKind, string])[] = [
  ['refusals', 'Callers were refused'],
  ['limit_changed', 'A limit was changed'],
  ['statement_moved', 'A statement was moved to another lane'],
  ['rule', 'A rule warned or acted'],
  ['session_ended', 'A session or statement was ended'],
];

export function resolutionWords(facts: IncidentFacts): string {
  return blocks(
    endWords(facts),
    byItselfWords(facts),
    byPeopleWords(facts),
    doneWords(facts.detail.actions),
    openWords(facts.detail.actions),
  );
}

/** Of what happened while it was open. */
function during({ closedMs, detail, openedMs }: IncidentFacts): TimelineEntry[] {
  return detail.timeline.filter(({ at }) => {
    const atMs = Date.parse(at);
    return atMs >= openedMs && (closedMs === null || atMs <= closedMs);
  });
}

function endWords(facts: IncidentFacts): string {
  const { containedAt, closedAt } = facts.detail.incident;
  const closed = closedAt === null ? 'It is still open.' : `It was closed at ${clockWords(closedAt)}.`;
  if (containedAt === null) return closed;
  const atMs = Date.parse(containedAt);
  const before = during(facts).filter(({ at, kind }) => ACTS.has(kind) && Date.parse(at) <= atMs);
  const last = before.at(-1);
  const contained = `Nobody more was hurt from ${clockWords(containedAt)} on (${offsetWords(facts.since(containedAt))}).`;
  if (!last) return `${contained} Between its opening and that moment no act is recorded. ${closed}`;
  const ago = atMs - Date.parse(last.at);
  const when = ago < 1_000 ? 'at the same moment' : `${spanWords(ago)} earlier`;
  return `${contained} The last act before, ${when}: ${prose(asSentence(last.sentence))} ${closed}`;
}

function byItselfWords(facts: IncidentFacts): string {
  const entries = during(facts).filter(({ by }) => by === null);
  const lines = BY_ITSELF.flatMap(([kind, what]) => {
    const of = entries.filter((entry) => entry.kind === kind);
    const [first] = of;
    const last = of.at(-1);
    if (!first || !last) return [];
    if (of.length === 1) return [`${clockWords(first.at)}: ${prose(asSentence(first.sentence))}`];
    const times = amountWords(of.length, 'entry', 'entries');
    return [
      `${what}: ${times} from ${clockWords(first.at)} to ${clockWords(last.at)}, the first: ${prose(asSentence(first.sentence))}`,
    ];
  });
  return lines.length === 0
    ? 'Aquifer itself did nothing that is recorded.'
    : blocks('What Aquifer did by itself:', bullets(lines));
}

function byPeopleWords(facts: IncidentFacts): string {
  const entries = during(facts).filter(({ by, kind }) => kind === 'operator' || (by !== null && kind !== 'note'));
  if (entries.length === 0) return 'No act of a person is recorded while it was open.';
  const lines = entries.map(({ at, by, kind, sentence }) => {
    const author = authorOf(by, kind);
    const who = author === null ? '' : ` *${prose(author)}*:`;
    return `${clockWords(at)} (${offsetWords(facts.since(at))})${who} ${prose(asSentence(sentence))}`;
  });
  return blocks('What people did:', bullets(lines));
}

function doneWords(actions: readonly IncidentAction[]): string {
  const done = actions.filter(({ doneAt }) => doneAt !== null);
  if (done.length === 0) return '';
  const lines = done.map(({ doneAt, sentence }) => `${clockWords(doneAt as string)}: ${prose(asSentence(sentence))}`);
  return blocks('Of what was proposed, this was done:', bullets(lines));
}

function openWords(actions: readonly IncidentAction[]): string {
  const open = actions.filter(
    ({ call, doneAt, kind }) => doneAt === null && (call !== null || kind === 'create_index'),
  );
  if (open.length === 0) return '';
  const many = open.length === 1 ? 'One proposed act is' : `${open.length} proposed acts are`;
  return `${many} not recorded as done; see the measures below.`;
}
