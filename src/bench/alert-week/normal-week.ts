/**
 * What happens in a week in which nothing is wrong: deploys with cold caches, nightly and weekly jobs, one-off jobs by day,
 * newsletters, analysts with forgotten shells, somebody who tries passwords, a slow day, figures that are missing for minutes.
 * All of it has, at some place, been somebody's false alert.
 */

import type { Chance } from './chance.ts';
import type { Conditions, Happening } from './conditions.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** @param weekMs when the week begins, a Monday at midnight */
export function normalWeek(chance: Chance, weekMs: number): Happening[] {
  return [
    ...deploys(chance, weekMs),
    ...nightlyJobs(chance, weekMs),
    weeklyMaintenance(chance, weekMs),
    ...oneOffJobs(chance, weekMs),
    ...newsletters(chance, weekMs),
    ...analysts(chance, weekMs),
    ...passwordTrials(chance, weekMs),
    ...slowDay(chance, weekMs),
    ...gaps(chance, weekMs),
  ];
}

const many = (count: number, make: (index: number) => Happening): Happening[] =>
  Array.from({ length: count }, (_, index) => make(index));

const lasting = (fromMs: number, minutes: number, bear: Happening['bear']): Happening => ({
  ...{ fromMs, toMs: fromMs + minutes * MINUTE_MS, bear },
});

const onWeekday = (chance: Chance, weekMs: number, from: number, to: number): number =>
  weekMs + chance.whole(0, 4) * DAY_MS + chance.between(from, to) * HOUR_MS;

const atAnyTime = (chance: Chance, weekMs: number): number => weekMs + chance.uniform() * 7 * DAY_MS;

function deploys(chance: Chance, weekMs: number): Happening[] {
  return many(10, () => {
    const migrates = chance.uniform() < 0.5;
    const cold = chance.between(1.6, 2.6);
    const failing = chance.between(0.005, 0.03);
    const stall = chance.between(150, 450);
    return lasting(onWeekday(chance, weekMs, 9.5, 17.5), 4, (conditions, sinceMs) => {
      if (sinceMs < 20_000) {
        conditions.failing += failing;
        conditions.loopDelayMs += stall;
        if (migrates) conditions.lockWaiters += 6;
      }
      conditions.cold *= 1 + (cold - 1) * Math.exp(-sinceMs / (60 * 1_000));
    });
  });
}

/** A job of the pool's own, in `bulk`: it takes connections, some processor time, and the replica's breath. */
function job(
  name: string,
  given: { connections: number; cpu: number; falls: number; cacheLost: number },
  lengthMs: number,
) {
  return (conditions: Conditions, sinceMs: number, atMs: number): void => {
    conditions.heldInBulk += given.connections;
    conditions.cpu += given.cpu;
    conditions.cacheLost += given.cacheLost;
    // Its writes come in the first part; then the replica catches up.
    conditions.replicaFalls += sinceMs < lengthMs * 0.5 ? given.falls : 0;
    for (let each = 0; each < given.connections; each += 1) {
      const sinceAtMs = atMs - Math.max(0, sinceMs - each * 20_000);
      conditions.sessions.push({
        application: 'aquifer',
        statement: name,
        state: 'active',
        lane: 'bulk',
        sinceMs: sinceAtMs,
      });
    }
  };
}

function nightlyJobs(chance: Chance, weekMs: number): Happening[] {
  return many(7, (day) => {
    const minutes = chance.between(50, 80);
    const given = { connections: 3, cpu: 0.15, falls: chance.between(0.005, 0.03), cacheLost: 0.03 };
    const fromMs = weekMs + day * DAY_MS + 2 * HOUR_MS + chance.between(0, 6) * MINUTE_MS;
    return lasting(fromMs, minutes, job('reports.nightly', given, minutes * MINUTE_MS));
  });
}

function weeklyMaintenance(chance: Chance, weekMs: number): Happening {
  const minutes = chance.between(60, 110);
  const bear = job(
    'maintenance.weekly',
    { connections: 2, cpu: 0.2, falls: 0.04, cacheLost: 0.05 },
    minutes * MINUTE_MS,
  );
  return lasting(weekMs + 6 * DAY_MS + 3 * HOUR_MS, minutes, (conditions, sinceMs, atMs) => {
    bear(conditions, sinceMs, atMs);
    conditions.diskHeld += Math.min(15, (sinceMs / HOUR_MS) * 20);
  });
}

function oneOffJobs(chance: Chance, weekMs: number): Happening[] {
  return many(5, (index) => {
    const minutes = chance.between(15, 120);
    const given = {
      connections: chance.whole(1, 4),
      cpu: chance.between(0.05, 0.2),
      falls: chance.between(0, 0.06),
      cacheLost: 0.02,
    };
    return lasting(onWeekday(chance, weekMs, 8, 21), minutes, job(`jobs.oneOff${index}`, given, minutes * MINUTE_MS));
  });
}

function newsletters(chance: Chance, weekMs: number): Happening[] {
  return many(2, () => {
    const more = chance.between(0.5, 1);
    return lasting(onWeekday(chance, weekMs, 9, 19), 45, (conditions, sinceMs) => {
      conditions.traffic *= 1 + more * Math.exp(-sinceMs / (15 * MINUTE_MS));
    });
  });
}

function analysts(chance: Chance, weekMs: number): Happening[] {
  const shells = many(6, () => {
    const minutes = chance.between(2, 13);
    return lasting(onWeekday(chance, weekMs, 8, 19), minutes, (conditions, sinceMs, atMs) => {
      const session = { application: 'psql', statement: 'select ?', lane: null, sinceMs: atMs - sinceMs };
      conditions.sessions.push({ ...session, state: 'idle in transaction' });
      conditions.otherConnections += 1;
    });
  });
  const questions = many(6, (index) => {
    const minutes = chance.between(1, 40);
    return lasting(onWeekday(chance, weekMs, 8, 19), minutes, (conditions, sinceMs, atMs) => {
      const statement = `select ? from orders (${index})`;
      const session = { application: 'metabase', statement, lane: null, sinceMs: atMs - sinceMs };
      conditions.sessions.push({ ...session, state: 'active' });
      conditions.cpu += 0.06;
      conditions.otherConnections += 1;
    });
  });
  return [...shells, ...questions];
}

function passwordTrials(chance: Chance, weekMs: number): Happening[] {
  return many(3, () => {
    const perSecond = chance.between(0.1, 0.5);
    return lasting(atAnyTime(chance, weekMs), chance.between(0.5, 2), (conditions) => {
      conditions.attacks += perSecond;
    });
  });
}

/** One working day in two weeks is a holiday somewhere. */
function slowDay(chance: Chance, weekMs: number): Happening[] {
  if (chance.uniform() < 0.5) return [];
  const less = chance.between(0.6, 0.75);
  return [
    lasting(weekMs + chance.whole(0, 4) * DAY_MS, 24 * 60, (conditions) => {
      conditions.traffic *= less;
    }),
  ];
}

function gaps(chance: Chance, weekMs: number): Happening[] {
  return many(2, () =>
    lasting(atAnyTime(chance, weekMs), chance.between(1, 6), (conditions) => {
      conditions.isMeasured = false;
    }),
  );
}
