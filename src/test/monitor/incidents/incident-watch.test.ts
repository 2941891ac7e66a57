import { beforeEach, expect, test } from 'vitest';
import type { Alert } from '../../../main/monitor/alerts/schema.ts';
import type { CauseReport } from '../../../main/monitor/cause/schema.ts';
import { ImpactSecond } from '../../../main/monitor/impact/impact-second.ts';
import { IncidentWatch } from '../../../main/monitor/incidents/incident-watch.ts';
import type { NewEntry } from '../../../main/monitor/incidents/timeline.ts';
import { verdictOf } from './verdict-example.ts';

const START_MS = Date.parse('2026-11-23T10:00:00.000Z');
const CALM: CauseReport = { state: 'calm', since: '2026-11-23T09:00:00.000Z', verdict: null, recent: [] };

let nowMs: number;
let report: CauseReport;
let seconds: ImpactSecond[];
let active: number;
let entries: NewEntry[];
let closed: string[];
let watch: IncidentWatch;

beforeEach(() => {
  [nowMs, report, seconds, active, entries, closed] = [START_MS, CALM, [], 0, [], []];
  watch = new IncidentWatch({
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
    timeline: { note: (entry) => ({ ...entry, id: String(entries.push(entry)), at: '', by: null, details: {} }) },
    meter: { seconds: () => seconds, users: () => ({ active, hurt: 0 }) },
    cause: () => report,
    calmMs: 60_000,
    onOpened: () => undefined,
    onClosed: ({ id }) => closed.push(id),
  });
});

interface Second {
  hurt?: readonly number[];
  fine?: readonly number[];
}

function second({ fine = [], hurt = [] }: Second = {}): void {
  const one = new ImpactSecond(nowMs);
  const met = { route: 'GET /notes', durationMs: 5, isSlow: false, isRefused: false };
  for (const person of fine) one.add({ ...met, person, statusCode: 200, isFailed: false });
  for (const person of hurt) one.add({ ...met, person, statusCode: 503, isFailed: true });
  seconds.push(one);
  nowMs += 1_000;
  watch.onSecond(one);
}

const times = (count: number, what: Second = {}) => {
  for (let index = 0; index < count; index += 1) second(what);
};
const crowd = Array.from({ length: 50 }, (_, index) => 100 + index);
const kinds = () => entries.map(({ kind }) => kind);

function alertOf(change: Partial<Alert> = {}): Alert {
  return {
    ...{ id: 'a', ruleId: 'pool', ruleName: 'Pool', severity: 'page', scope: '', group: 'pool', state: 'firing' },
    ...{ sentence: 'The pool is nearly exhausted', startedAt: new Date(nowMs).toISOString(), resolvedAt: null },
    ...{ value: 1, threshold: 1, unit: '', count: 1, incidentId: null, feedback: null, ...change },
  };
}

test('one answer that fails among many is no incident, and a fault of one user is none either', () => {
  times(60, { fine: crowd });
  second({ fine: crowd, hurt: [1] });
  times(20, { fine: crowd });
  second({ fine: crowd, hurt: [1, 1, 1] });
  times(20, { fine: crowd });
  expect(watch.current).toBeUndefined();
});

test('it opens within a second of the third user, from the first who was hurt on, and only once', () => {
  times(5, { fine: crowd });
  second({ fine: crowd, hurt: [1] });
  const firstHurtMs = nowMs - 1_000;
  second({ fine: crowd, hurt: [2] });
  expect(watch.current).toBeUndefined();
  second({ fine: crowd, hurt: [3] });
  const { id } = watch.current ?? {};
  times(30, { fine: crowd, hurt: [1, 2, 3, 4, 5, 6] });
  expect(watch.current?.id).toBe(id);
  const summary = watch.current?.summary(nowMs);
  expect(summary).toMatchObject({ state: 'open', usersHurt: 6, openedAt: new Date(firstHurtMs).toISOString() });
  expect(kinds().filter((kind) => kind === 'opened')).toHaveLength(1);
  expect(watch.current?.span.impact()).toMatchObject({ usersHurt: 6, usersSeen: 56 });
  // A minute of the curve before it, without those people being counted.
  expect(watch.current?.span.points[0]?.at).toBe(new Date(START_MS).toISOString());
});

test('where nearly nothing works one user is enough', () => {
  times(5, { hurt: [1] });
  expect(watch.current).toBeDefined();
});

test('trouble makes two users enough, and is a part of it from its own beginning on', () => {
  report = { ...CALM, state: 'trouble', since: new Date(START_MS + 1_000).toISOString() };
  times(5, { fine: crowd });
  second({ fine: crowd, hurt: [1, 2] });
  expect(watch.current?.summary(nowMs).openedAt).toBe(new Date(START_MS + 1_000).toISOString());
});

test('it closes when calm has held, says when it was contained, and the next is another', () => {
  times(10, { fine: crowd, hurt: [1, 2, 3] });
  const lastHurtMs = nowMs - 1_000;
  const { id } = watch.current ?? { id: '' };
  times(55, { fine: crowd });
  second({ fine: crowd, hurt: [1, 2, 3] });
  times(58, { fine: crowd });
  expect(watch.current?.id).toBe(id);
  times(4, { fine: crowd });
  expect(watch.current).toBeUndefined();
  expect(closed).toEqual([id]);
  const summary = watch.find(id)?.summary(nowMs);
  expect(summary).toMatchObject({ state: 'closed', containedAt: new Date(lastHurtMs + 57_000).toISOString() });
  expect(entries.at(-1)).toMatchObject({
    kind: 'closed',
    sentence: expect.stringContaining('3 of 53 users were hurt'),
  });
  times(3, { hurt: [1, 2, 3] });
  expect(watch.current?.id).not.toBe(id);
});

test('users who were hurt are told at the first and at each doubling, not each second', () => {
  for (let count = 1; count <= 16; count += 1) second({ hurt: Array.from({ length: count }, (_, index) => index) });
  times(30);
  expect(kinds().filter((kind) => kind === 'users_hurt').length).toBeLessThanOrEqual(5);
  expect(entries.filter(({ kind }) => kind === 'users_hurt').at(-1)?.sentence).toBe(
    'From here on nobody more was hurt.',
  );
});

test('an alert that pages opens one where users are there, and it stays open until the alert is over', () => {
  watch.noteAlert(alertOf(), 'fired');
  expect(watch.current).toBeUndefined();
  active = 7;
  watch.noteAlert(alertOf({ id: 'b', severity: 'ticket' }), 'fired');
  expect(watch.current).toBeUndefined();
  watch.noteAlert(alertOf({ id: 'c' }), 'fired');
  expect(watch.current?.summary(nowMs).title).toBe('The pool is nearly exhausted');
  times(300, { fine: crowd });
  expect(watch.current).toBeDefined();
  watch.noteAlert(alertOf(), 'resolved');
  watch.noteAlert(alertOf({ id: 'c' }), 'resolved');
  times(62, { fine: crowd });
  expect(watch.current).toBeUndefined();
});

test('a trouble that hurts nobody does not keep it open for ever', () => {
  times(5, { hurt: [1, 2, 3] });
  report = { ...CALM, state: 'trouble', since: new Date(nowMs).toISOString() };
  times(10 * 60, { fine: crowd });
  expect(watch.current).toBeDefined();
  times(7 * 60, { fine: crowd });
  expect(watch.current).toBeUndefined();
});

test('the verdict becomes its title, and when it was named is told', () => {
  times(6, { fine: crowd, hurt: [1, 2, 3] });
  report = { ...CALM, state: 'trouble', since: new Date(START_MS).toISOString(), verdict: verdictOf() };
  second({ fine: crowd, hurt: [4] });
  expect(watch.current?.summary(nowMs)).toMatchObject({
    title: '4 users were hurt: orders.report of GET /reports reads all of orders for lack of an index',
    verdictKind: 'missing_index',
    namedAt: '2026-11-23T10:00:06.000Z',
  });
});

test('one that an operator has opened stays open until he closes it', () => {
  const incident = watch.openByHand('Something smells', 'olga');
  times(300, { fine: crowd });
  expect(watch.current).toBe(incident);
  watch.close(incident, 'An operator closes the incident.', 'olga');
  expect(watch.current).toBeUndefined();
  expect(watch.find(incident.id)).toBe(incident);
});

test('the curve goes on for a minute after its end', () => {
  times(5, { hurt: [1, 2, 3] });
  const incident = watch.current;
  times(65);
  expect(watch.current).toBeUndefined();
  const points = incident?.span.points.length ?? 0;
  times(90);
  expect((incident?.span.points.length ?? 0) - points).toBeGreaterThan(50);
  expect((incident?.span.points.length ?? 0) - points).toBeLessThanOrEqual(61);
});
