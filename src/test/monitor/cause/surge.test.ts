/** Who is said to call so much more often: only somebody who calls what is in question. */

import { describe, expect, test } from 'vitest';
import type { Lease } from '../../../main/database/index.ts';
import type { Baseline } from '../../../main/monitor/cause/baseline.ts';
import type { Picture, StatementPicture } from '../../../main/monitor/cause/picture.ts';
import { findSurge } from '../../../main/monitor/cause/surge.ts';

/** Rates within the window and in calm, by route. */
function baselineOf(rates: Record<string, [now: number, usual: number]>): Baseline {
  const usage = (callsPerSecond: number | undefined) => (callsPerSecond === undefined ? undefined : { callsPerSecond });
  return {
    keysNow: (dimension: string) => new Set(dimension === 'route' ? Object.keys(rates) : []),
    now: (_dimension: string, name: string) => usage(rates[name]?.[0]),
    usual: (_dimension: string, name: string) => usage(rates[name]?.[1]),
  } as unknown as Baseline;
}

const leaseOf = (route: string) => ({ origin: { route } }) as Lease;

function statementOf(routes: string[]): StatementPicture {
  const running = routes.map(leaseOf);
  return { leases: { running, lockWait: [] }, callsPerSecond: 30 } as unknown as StatementPicture;
}

const pictureOf = (leases: Lease[]) => ({ leases }) as Picture;

describe('a surge', () => {
  const baseline = baselineOf({ 'GET /mine': [200, 10], 'GET /report': [3, 0] });

  test('is of whoever calls the statement that is in question', () => {
    const top = statementOf(['GET /mine', 'GET /mine']);
    expect(findSurge(pictureOf(top.leases.running), baseline, top)).toMatchObject({
      route: { name: 'GET /mine', callsPerSecond: 200 },
      isDominant: true,
    });
  });

  test('is not of whoever asks more often for something else at the same moment', () => {
    const top = statementOf(['GET /report']);
    const leases = [leaseOf('GET /report'), leaseOf('GET /mine')];
    expect(findSurge(pictureOf(leases), baseline, top)).toMatchObject({ route: undefined, isDominant: false });
  });
});
