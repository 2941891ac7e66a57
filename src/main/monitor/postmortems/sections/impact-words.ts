/** Who was hurt: users, requests, routes, and the worst moment of each. */

import type { RouteImpact } from '../../incidents/schema.ts';
import type { IncidentFacts } from '../incident-facts.ts';
import { blocks, bullets, code, table } from '../markdown-text.ts';
import { amountWords, clockWords, countWords, shareWords, spanWords } from '../words.ts';

const ROUTES_MAX = 15;

export function impactWords(facts: IncidentFacts): string {
  const { failed, refused, requests, routes, share, slow, usersHurt, usersSeen } = facts.detail.impact;
  if (requests === 0)
    return 'No request was seen while it lasted. What other programs did to their own users is not known here.';
  const rows = [
    ['users who asked for anything', countWords(usersSeen)],
    ['of those hurt', `${countWords(usersHurt)} (${shareWords(share)})`],
    ['requests', countWords(requests)],
    ['failed', withShare(failed, requests)],
    ['far too slow', withShare(slow, requests)],
    ['refused by the pool', withShare(refused, requests)],
  ];
  return blocks(
    'A user is hurt who sees a failure or waits far too long.',
    table(['', 'count'], 'lr', rows),
    routeTable(routes),
    bullets(worstWords(facts)),
  );
}

function withShare(part: number, whole: number): string {
  return part === 0 ? '0' : `${countWords(part)} (${shareWords(part / whole)})`;
}

function routeTable(routes: readonly RouteImpact[]): string {
  const hurt = routes.filter(({ failed, slow, users }) => failed + slow + users > 0);
  if (hurt.length === 0) return '';
  const rows = hurt
    .slice(0, ROUTES_MAX)
    .map(({ failed, requests, route, slow, users }) => [
      code(route).replaceAll('|', '\\|'),
      ...[requests, failed, slow, users].map(countWords),
    ]);
  const more = hurt.length - ROUTES_MAX;
  return blocks(
    table(['route', 'requests', 'failed', 'far too slow', 'users hurt'], 'lrrrr', rows),
    more > 0 && `${amountWords(more, 'other route was', 'other routes were')} hurt less.`,
  );
}

function worstWords({ stepMs, worst }: IncidentFacts): string[] {
  const within = stepMs > 1_500 ? `${spanWords(stepMs)}` : 'second';
  const lines: string[] = [];
  if (worst.usersHurt) {
    const { at, usersHurt } = worst.usersHurt;
    lines.push(`Most users hurt in one ${within}: ${countWords(usersHurt)}, at ${clockWords(at)}.`);
  }
  if (worst.failed) {
    const { at, failed, requests } = worst.failed;
    lines.push(
      `Most failures in one ${within}: ${countWords(failed)} of ${countWords(requests)}, at ${clockWords(at)}.`,
    );
  }
  if (worst.slowest) {
    const { at, p99Ms } = worst.slowest;
    lines.push(`Slowest ${within}: one request in a hundred took ${spanWords(p99Ms)} or more, at ${clockWords(at)}.`);
  }
  return lines;
}
