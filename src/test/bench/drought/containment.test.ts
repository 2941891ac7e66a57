import { expect, test } from 'vitest';
import { boundsOf, findRelief } from '../../../bench/drought/containment.ts';
import { exchange, traffic } from './requests.ts';

const calm = { fromMs: 0, toMs: 6_000 };
const drought = { fromMs: 6_000, toMs: 26_000 };
const bounds = boundsOf(traffic(0, 6_000), calm, 1.5);

test('the bound is so many times calm, for log-ins and reads apart', () => {
  expect(bounds).toEqual({ logIn: 50, read: 5, factor: 1.5 });
});

test('what calm itself had in its worst window is no trouble afterwards', () => {
  const restless = traffic(0, 6_000, (atMs) => (atMs >= 1_000 && atMs < 1_050 ? { responseMs: 400 } : {}));
  expect(boundsOf(restless, calm, 1.5).factor).toBe(80);
});

test('nobody unwell: at once', () => {
  expect(findRelief(traffic(6_000, 26_000), drought, bounds)).toBe(0);
});

test('one slow answer in two hundred is not trouble, a twentieth of them is', () => {
  const slowAt = (every: number) =>
    traffic(6_000, 26_000, (atMs) => (atMs < 9_000 && atMs % every === 0 ? { responseMs: 90 } : {}));
  expect(findRelief(slowAt(2_000), drought, bounds)).toBe(0);
  expect(findRelief(slowAt(200), drought, bounds)).toBe(2_800);
});

test('a single failure counts, and relief begins after the last one', () => {
  const failed = [...traffic(6_000, 26_000), exchange({ atMs: 8_503, isFailed: true, status: 503 })];
  expect(findRelief(failed, drought, bounds)).toBe(2_503);
});

test('still unwell at the end: never', () => {
  const late = traffic(6_000, 26_000, (atMs) => (atMs > 25_500 ? { responseMs: 9_000 } : {}));
  expect(findRelief(late, drought, bounds)).toBeNull();
});

test('a calm that lasts but a window is no relief', () => {
  const relapsing = traffic(6_000, 26_000, (atMs) =>
    atMs < 8_000 || (atMs > 14_000 && atMs < 15_000) ? { isFailed: true } : {},
  );
  expect(findRelief(relapsing, drought, bounds)).toBe(8_990);
});

test('reports that fail hurt no user', () => {
  const reports = [exchange({ atMs: 7_000, type: 'report', isFailed: true, status: 503 })];
  expect(findRelief([...traffic(6_000, 26_000), ...reports], drought, bounds)).toBe(0);
});
