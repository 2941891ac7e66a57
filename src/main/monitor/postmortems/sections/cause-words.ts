/** The root cause, as the verdict has it: the sentence, what it rests on, the statement, who called, the plan or the locks. */

import type { LockNode, PlanFinding, Verdict, VerdictTerms } from '../../cause/schema.ts';
import type { IncidentFacts } from '../incident-facts.ts';
import { blocks, bullets, code, codeBlock, prose } from '../markdown-text.ts';
import { asSentence, clockWords, countWords, shareWords, spanWords } from '../words.ts';

const HELD_MIN = 0.05;

export function causeWords(facts: IncidentFacts): string {
  const { verdict, verdicts } = facts.detail;
  const others = verdicts.filter(({ id }) => id !== verdict?.id);
  if (!verdict) return blocks('The cause was not named while it lasted.', signWords(facts), changeWords(facts));
  return blocks(
    prose(asSentence(verdict.sentence)),
    confidenceWords(verdict),
    verdict.evidence.length > 0 &&
      blocks('What it rests on:', bullets(verdict.evidence.map((one) => prose(asSentence(one))))),
    statementWords(verdict),
    callerWords(verdict),
    heldWords(verdict.terms),
    verdict.plan && planWords(verdict.plan),
    verdict.lockTree && lockWords(verdict.lockTree),
    changeWords(facts),
    others.length > 0 && blocks('Also named while it lasted:', bullets(others.map(otherWords))),
  );
}

function confidenceWords({ confidence, kind }: Verdict): string {
  const certainty = confidence === 'certain' ? 'certain' : 'likely, for not all of it could be looked up';
  return `Confidence: ${certainty}. Its kind: ${code(kind)}.`;
}

function statementWords({ statement }: Verdict): string {
  if (!statement) return '';
  const { name, text } = statement;
  if (text !== null && text !== name)
    return blocks(`The statement ${code(name)}, without its constants:`, codeBlock(text, 'sql'));
  return /\s/.test(name)
    ? blocks('The statement, without its constants:', codeBlock(name, 'sql'))
    : `The statement: ${code(name)}.`;
}

function callerWords({ caller, holder }: Verdict): string {
  const lines = caller.routes.map(
    ({ route, share }) => `${code(route)} held ${shareWords(share)} of the connections that were in it.`,
  );
  if (caller.tenants.length > 0) {
    const [first] = caller.tenants;
    const most = first ? `, the first of them ${shareWords(first.share)}` : '';
    const users = caller.tenants.length === 1 ? 'One caller' : `${countWords(caller.tenants.length)} callers`;
    lines.push(`${users} held them${most}.`);
  }
  if (caller.application !== null && caller.application !== '')
    lines.push(`The other program calls itself ${code(caller.application)}.`);
  if (holder) {
    const who = holder.isOurs
      ? holder.route === null
        ? 'ours'
        : `ours, of ${code(holder.route)}`
      : userWords(holder.userName);
    const pid = holder.pid === 0 ? 'A prepared transaction' : `Pid ${holder.pid} (${who})`;
    lines.push(
      `${pid} stood in the way or held longest: ${prose(holder.state)} for ${spanWords(holder.forMs)} when it was named.`,
    );
  }
  return lines.length === 0 ? '' : blocks('Who called:', bullets(lines));
}

function userWords(userName: string | null): string {
  return userName === null ? 'another program' : `another program, user ${code(userName)}`;
}

const termNames: readonly (readonly [keyof VerdictTerms, string])[] = [
  ['longerExecution', 'longer execution'],
  ['moreCalls', 'more calls'],
  ['lockWait', 'waiting for locks'],
  ['idleInTransaction', 'open transactions in which nothing ran'],
  ['leak', 'connections that were not given back'],
  ['serverSlow', 'a server that was slower as a whole'],
  ['connectStorm', 'connections that could not be opened'],
];

function heldWords(terms: VerdictTerms): string {
  const rows = termNames.map(([key, name]) => ({ name, held: terms[key] })).filter(({ held }) => held >= HELD_MIN);
  if (rows.length === 0) return '';
  rows.sort((a, b) => b.held - a.held);
  const lines = rows.map(({ held, name }) => `${held.toFixed(1)}: ${name}`);
  return blocks('Connections held beyond what was usual, by what held them:', bullets(lines));
}

function planWords({ after, analyzedAt, before, filterColumns, relation, rows, summary }: PlanFinding): string {
  const lines: string[] = [];
  if (before !== null && after !== null) lines.push(`Plan before: ${code(before)}`, `Plan after: ${code(after)}`);
  else if (summary !== '') lines.push(`Plan: ${code(summary)}`);
  if (relation !== null) {
    const many = rows === null ? '' : `, about ${countWords(rows)} rows as Postgres estimates`;
    lines.push(`It reads ${code(relation)}${many}.`);
  }
  if (filterColumns.length > 0) lines.push(`Its condition is on ${filterColumns.map(code).join(', ')}.`);
  if (analyzedAt !== null)
    lines.push(
      `Statistics of its tables were taken last on ${analyzedAt.slice(0, 10)} at ${clockWords(analyzedAt)} UTC.`,
    );
  return lines.length === 0 ? '' : blocks('How Postgres runs it:', bullets(lines));
}

const TREE_LINES_MAX = 30;

function lockWords(root: LockNode): string {
  const lines: string[] = [];
  let left = 0;
  const walk = (node: LockNode, depth: number): void => {
    if (lines.length >= TREE_LINES_MAX) left += 1;
    else lines.push(`${'  '.repeat(depth)}${nodeWords(node)}`);
    for (const victim of node.victims) walk(victim, depth + 1);
  };
  walk(root, 0);
  if (left > 0) lines.push(`and ${countWords(left)} more`);
  return blocks('Who waited for whom, when it was named:', codeBlock(lines.join('\n'), 'text'));
}

function nodeWords({ pid, route, state, statement, waitsForMs }: LockNode): string {
  const who = pid === 0 ? 'a prepared transaction' : `pid ${pid}`;
  const waits = waitsForMs > 0 ? `waits for ${spanWords(waitsForMs)}` : state;
  const what = route ?? statement;
  return [who, waits, what].filter((part) => part !== '').join(', ');
}

/** What was seen of trouble, where nobody could say why. */
function signWords({ detail: { timeline } }: IncidentFacts): string {
  const signs = timeline.filter(({ kind }) => kind === 'trouble');
  const lines = [...new Set(signs.map(({ sentence }) => prose(asSentence(sentence))))].slice(0, 5);
  return lines.length === 0 ? '' : blocks('What was seen of it:', bullets(lines));
}

function changeWords({ changesBefore, openedMs }: IncidentFacts): string {
  if (changesBefore.length === 0) return '';
  const lines = changesBefore.map(({ at, sentence }) => {
    const before = spanWords(openedMs - Date.parse(at));
    return `${clockWords(at)}, ${before} before it opened: ${prose(asSentence(sentence))}`;
  });
  return blocks(
    'What had changed in the ten minutes before. The order in time is recorded, that one caused the other is not:',
    bullets(lines),
  );
}

function otherWords({ kind, namedAt, sentence }: Verdict): string {
  return `${clockWords(namedAt)}, ${code(kind)}: ${prose(asSentence(sentence))}`;
}
