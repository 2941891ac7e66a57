import { expect, test } from 'vitest';
import { KnownSubjects, PeopleCount, personOf, RecentPeople } from '../../../main/monitor/impact/people.ts';

test('the same person is the same number, and another is another', () => {
  const numbers = new Set(Array.from({ length: 100_000 }, (_, index) => personOf(`user ${index}`)));
  expect(numbers.size).toBe(100_000);
  expect(personOf('user 7')).toBe(personOf('user 7'));
  expect([...numbers].every(Number.isSafeInteger)).toBe(true);
});

test('people are counted exactly up to the bound, and estimated within three percent beyond it', () => {
  const count = new PeopleCount(1_000);
  for (let index = 0; index < 1_000; index += 1) count.add(personOf(`user ${index}`));
  for (let index = 0; index < 1_000; index += 1) count.add(personOf(`user ${index}`));
  expect(count).toMatchObject({ size: 1_000, isEstimated: false });
  for (let index = 0; index < 60_000; index += 1) count.add(personOf(`user ${index}`));
  expect(count.isEstimated).toBe(true);
  expect(Math.abs(count.size - 60_000)).toBeLessThan(1_800);
});

test('who was seen is forgotten after the window, and early where there are too many', () => {
  const recent = new RecentPeople(1_000, 3);
  recent.note(1, 0);
  recent.note(2, 500);
  recent.note(1, 600);
  expect(recent.count(900)).toBe(2);
  expect(recent.count(1_550)).toBe(1);
  for (const person of [3, 4, 5, 6]) recent.note(person, 1_600);
  expect(recent.count(1_600)).toBe(3);
});

test('a subject that was learnt is its person, and one that was not is itself', () => {
  const known = new KnownSubjects(2);
  known.learn(10, 1);
  expect([known.find(10), known.find(11)]).toEqual([1, 11]);
  known.learn(11, 2);
  known.learn(12, 3);
  expect([known.find(10), known.find(12)]).toEqual([10, 3]);
});
