/** The first section: what happened to whom, for how long, why, and how it ended, in a few sentences. */

import type { IncidentFacts } from '../incident-facts.ts';
import { blocks, code, prose } from '../markdown-text.ts';
import { amountWords, asSentence, clockWords, countWords, dayWords, shareWords, spanWords } from '../words.ts';

export function summaryWords(facts: IncidentFacts): string {
  return blocks(`${whenWords(facts)} ${whoWords(facts)}`, causeWords(facts), endWords(facts), mendWords(facts));
}

function whenWords({ closedMs, detail: { incident }, lastedMs }: IncidentFacts): string {
  const { closedAt, number, openedAt } = incident;
  const from = `Incident ${number} opened on ${dayWords(openedAt)} at ${clockWords(openedAt)} UTC`;
  if (closedAt === null || closedMs === null || lastedMs === null) return `${from} and is still open.`;
  const day = dayWords(closedAt) === dayWords(openedAt) ? '' : ` on ${dayWords(closedAt)}`;
  return `${from} and closed at ${clockWords(closedAt)}${day}, ${spanWords(lastedMs)} later.`;
}

/** Nothing is said of users where no request was seen: that nobody was hurt would then be a guess. */
function whoWords({ detail: { impact } }: IncidentFacts): string {
  const { failed, refused, requests, share, slow, usersHurt, usersSeen } = impact;
  if (requests === 0) return 'No request was seen while it lasted, so whom it hurt is not known.';
  const of = `of the ${amountWords(usersSeen, 'user', 'users')} who asked for anything meanwhile`;
  const users =
    usersSeen === 0
      ? 'Nobody who is logged in asked for anything meanwhile.'
      : usersHurt === 0
        ? `None ${of} saw a failure or waited far too long.`
        : `${countWords(usersHurt)} ${of} (${shareWords(share)}) saw a failure or waited far too long.`;
  const parts = [
    ...(failed > 0 ? [`${countWords(failed)} failed`] : []),
    ...(slow > 0 ? [`${countWords(slow)} ${slow === 1 ? 'was' : 'were'} far too slow`] : []),
    ...(refused > 0 ? [`${countWords(refused)} ${refused === 1 ? 'was' : 'were'} refused by the pool`] : []),
  ];
  const rest = parts.length === 0 ? 'none failed' : parts.join(', ');
  return `${users} Of ${amountWords(requests, 'request', 'requests')}, ${rest}.`;
}

function causeWords({ detail: { incident, verdict }, since }: IncidentFacts): string {
  if (!verdict) return 'Its cause was not named.';
  const certain = verdict.confidence === 'certain' ? '' : ', as likely';
  const after = since(incident.namedAt ?? verdict.namedAt);
  const when =
    Math.abs(after) < 500
      ? 'named as it opened'
      : `named ${spanWords(after)} ${after > 0 ? 'after' : 'before'} it opened`;
  return `The cause, ${when}${certain}: ${prose(asSentence(verdict.sentence))}`;
}

function endWords({ closedMs, detail: { incident }, since }: IncidentFacts): string {
  const { containedAt } = incident;
  if (containedAt !== null) {
    const after = Math.max(0, since(containedAt));
    return `It was contained at ${clockWords(containedAt)}, ${spanWords(after)} after it opened: from then on nobody more was hurt.`;
  }
  return closedMs === null ? '' : 'When it was contained is not recorded.';
}

/** What a stranger has to know first: whether anything is left to do, and what. */
function mendWords({ detail: { actions } }: IncidentFacts): string {
  const first = actions.find(({ doneAt, kind }) => doneAt === null && MENDING.has(kind));
  if (!first) return '';
  const how = first.kind === 'create_index' && first.detail !== undefined ? ` ${code(first.detail)}` : '';
  return `What is left to do first: ${prose(asSentence(first.sentence))}${how}`;
}

const MENDING: ReadonlySet<string> = new Set(['create_index', 'end_session', 'fix_code']);
