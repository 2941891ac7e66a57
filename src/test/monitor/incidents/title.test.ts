import { expect, test } from 'vitest';
import type { Verdict } from '../../../main/monitor/cause/schema.ts';
import { causeWords, titleOf } from '../../../main/monitor/incidents/title.ts';
import { verdictOf } from './verdict-example.ts';

const nobody = { usersHurt: 0, verdict: null, worstRoute: null, given: null };

test('who is hurt, by what, in one sentence', () => {
  expect(titleOf({ ...nobody, usersHurt: 1, worstRoute: 'GET /notes' })).toBe(
    'One user was hurt, most by GET /notes; the cause is not known yet',
  );
  expect(titleOf({ ...nobody, usersHurt: 12, verdict: verdictOf() })).toBe(
    '12 users were hurt: orders.report of GET /reports reads all of orders for lack of an index',
  );
  expect(titleOf({ ...nobody, verdict: verdictOf({ kind: 'server_slow' }) })).toBe('All of Postgres is slow or away');
  expect(titleOf({ ...nobody, given: 'The disk is nearly full' })).toBe('The disk is nearly full');
  expect(titleOf({ ...nobody, usersHurt: 3, given: 'The disk is nearly full' })).toBe(
    'The disk is nearly full (3 users were hurt)',
  );
});

test('a statement without a name is told by who calls it', () => {
  const statement = { name: 'select sum(grams) from shop.sales where customer_email = ?', text: null };
  expect(titleOf({ ...nobody, usersHurt: 4, verdict: verdictOf({ statement }) })).toBe(
    '4 users were hurt: a statement of GET /reports reads all of orders for lack of an index',
  );
});

test('names keep their letters', () => {
  const holder = {
    pid: 812,
    state: '',
    forMs: 0,
    applicationName: 'Airbyte',
    userName: null,
    statement: '',
    route: null,
    isOurs: false,
  };
  expect(titleOf({ ...nobody, usersHurt: 2, verdict: verdictOf({ kind: 'lock_held', holder }) })).toBe(
    '2 users were hurt: Airbyte (pid 812) holds a lock that others wait for',
  );
});

const kinds: Verdict['kind'][] = [
  ...(['missing_index', 'slow_statement', 'plan_changed', 'volume_surge', 'lock_held', 'ddl_queued'] as const),
  ...(['idle_in_transaction', 'leak', 'server_slow', 'connect_storm'] as const),
];

test.each(kinds)('%s has words, also where hardly anything is known', (kind) => {
  const bare = { statement: null, plan: null, holder: null, caller: { routes: [], tenants: [], application: null } };
  expect(causeWords(verdictOf({ kind, ...bare }))).toMatch(/^[A-Z].{10,}[^.]$/);
});

test('a statement that is very long is cut', () => {
  const statement = { name: `select ${'x'.repeat(500)}`, text: null };
  expect(causeWords(verdictOf({ statement })).length).toBeLessThan(200);
});
