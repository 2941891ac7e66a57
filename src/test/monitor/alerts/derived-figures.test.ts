/** Figures that are made of others. */

import { describe, expect, test } from 'vitest';
import { DerivedFigures } from '../../../main/monitor/alerts/derived-figures.ts';

const derive = (readings: [name: string, scope: string, value: number][]) =>
  Object.fromEntries(
    new DerivedFigures()
      .derive(
        0,
        readings.map(([name, scope, value]) => ({ name, scope, value })),
      )
      .map(({ name, value }) => [name, value]),
  );

describe('derived figures', () => {
  test('sum over routes, or take the whole where it is published', () => {
    const parts = derive([
      ['http.requestsPerSecond', 'GET /a', 3],
      ['http.requestsPerSecond', 'GET /b', 5],
      ['http.failedPerSecond', 'GET /a', 2],
    ]);
    expect(parts).toEqual({ 'http.requestsTotal': 8, 'http.failedTotal': 2, 'http.failedShare': 0.25 });
    expect(
      derive([
        ['http.requestsPerSecond', '', 9],
        ['http.requestsPerSecond', 'GET /a', 3],
      ])['http.requestsTotal'],
    ).toBe(9);
  });

  test('no route at all is no request, where users are counted; else nothing is known', () => {
    expect(derive([['users.active', '', 0]])).toEqual({ 'http.requestsTotal': 0 });
    expect(derive([['pool.share', '', 0]])).toEqual({});
  });

  test('say which part of the connections is taken', () => {
    expect(
      derive([
        ['server.connections', '', 90],
        ['server.connectionsMax', '', 100],
      ]),
    ).toEqual({ 'server.connectionShare': 0.9 });
  });
});
