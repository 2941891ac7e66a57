/** Ten kinds of incidents, two of each planted in a week: at any hour, for ten to forty minutes, light and grave ones. */

import type { Chance } from './chance.ts';
import type { Conditions, Happening } from './conditions.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Between two of them a day has to come to rest. */
const APART_MS = 2.5 * HOUR_MS;

export interface Incident extends Happening {
  readonly kind: IncidentKind;
}

export const incidentKinds = [
  ...(['reports_flood', 'plan_flipped', 'lock_held', 'connections_leak', 'connections_surge'] as const),
  ...(['replica_stuck', 'disk_fills', 'log_ins_fail', 'bad_deploy', 'traffic_lost'] as const),
] as const;
export type IncidentKind = (typeof incidentKinds)[number];

interface Effect {
  minutes: number;
  bear: Happening['bear'];
}

const effects: Record<IncidentKind, (chance: Chance) => Effect> = {
  reports_flood: (chance) => {
    const connections = chance.whole(17, 24);
    const cpu = chance.between(0.4, 0.6);
    return { minutes: chance.between(8, 30), bear: holding('reports.unindexed', 'interactive', connections, cpu) };
  },
  plan_flipped: (chance) => {
    const factor = chance.between(8, 16);
    return {
      minutes: chance.between(15, 40),
      bear: (conditions) => conditions.slower.set('data.listRecords', factor),
    };
  },
  lock_held: (chance) => {
    const most = chance.whole(8, 14);
    return {
      minutes: chance.between(6, 20),
      bear: (conditions, sinceMs, atMs) => holdLock(conditions, sinceMs, atMs, most),
    };
  },
  connections_leak: (chance) => {
    const everyMs = chance.between(40_000, 70_000);
    return {
      minutes: chance.between(25, 40),
      bear: (conditions, sinceMs, atMs) => leak(conditions, sinceMs, atMs, everyMs),
    };
  },
  connections_surge: (chance) => {
    const most = chance.between(160, 185);
    return {
      minutes: chance.between(10, 30),
      bear: (conditions, sinceMs) => {
        conditions.otherConnections += Math.min(most, (sinceMs / MINUTE_MS) * 60);
      },
    };
  },
  replica_stuck: (chance) => {
    const falls = chance.between(0.6, 1);
    return {
      minutes: chance.between(20, 40),
      bear: (conditions) => {
        conditions.replicaFalls += falls;
      },
    };
  },
  disk_fills: (chance) => {
    const perHour = chance.between(90, 160);
    return {
      minutes: chance.between(100, 140),
      bear: (conditions) => {
        conditions.diskFillsPerHour += perHour;
      },
    };
  },
  log_ins_fail: (chance) => {
    const isAttack = chance.uniform() < 0.5;
    const part = chance.between(0.6, 1);
    const perSecond = chance.between(1.5, 6);
    return {
      minutes: chance.between(8, 30),
      bear: (conditions) => {
        if (isAttack) conditions.attacks += perSecond;
        else conditions.logInsFailing = Math.max(conditions.logInsFailing, part);
      },
    };
  },
  bad_deploy: (chance) => {
    const part = chance.between(0.03, 0.15);
    return {
      minutes: chance.between(10, 30),
      bear: (conditions) => {
        conditions.failing += part;
      },
    };
  },
  traffic_lost: (chance) => {
    const left = chance.between(0, 0.3);
    return {
      minutes: chance.between(10, 30),
      bear: (conditions) => {
        conditions.traffic *= left;
      },
    };
  },
};

/** @param weekMs when the week begins */
export function plantIncidents(chance: Chance, weekMs: number): Incident[] {
  const kinds = chance.shuffle([...incidentKinds, ...incidentKinds]);
  const slotMs = (7 * 24 * HOUR_MS - APART_MS) / kinds.length;
  return kinds.map((kind, index) => {
    const { bear, minutes } = effects[kind](chance);
    // Somewhere in its slot, with room for it and for what comes after.
    const lengthMs = minutes * MINUTE_MS;
    const fromMs = weekMs + index * slotMs + chance.uniform() * Math.max(0, slotMs - lengthMs - APART_MS);
    return { kind, fromMs, toMs: fromMs + lengthMs, bear };
  });
}

/** Statements of the pool's own that hold connections and burn processor time, piling up within a minute. */
function holding(statement: string, lane: string, connections: number, cpu: number): Happening['bear'] {
  return (conditions, sinceMs, atMs) => {
    const part = Math.min(1, sinceMs / MINUTE_MS);
    conditions.heldByUsers += connections * part;
    conditions.cpu += cpu * part;
    for (let each = 0; each < Math.floor(connections * part); each += 1) {
      const ageMs = 2_000 + ((atMs / 10 + each * 7_919) % 18_000);
      conditions.sessions.push({ application: 'aquifer', statement, state: 'active', lane, sinceMs: atMs - ageMs });
    }
  };
}

function holdLock(conditions: Conditions, sinceMs: number, atMs: number, most: number): void {
  const holder = conditions.sessions.length;
  const ofHolder = { application: 'psql', statement: 'update orders set ? = ?', lane: null };
  conditions.sessions.push({ ...ofHolder, state: 'idle in transaction', sinceMs: atMs - sinceMs });
  const waiters = Math.min(most, Math.floor(sinceMs / 5_000));
  conditions.lockWaiters += waiters;
  conditions.heldByUsers += waiters;
  for (let each = 0; each < waiters; each += 1) {
    const session = { application: 'aquifer', statement: 'data.updateRecord', state: 'active' as const };
    const sinceAtMs = atMs - Math.min(sinceMs - each * 5_000, 5_000);
    conditions.sessions.push({ ...session, lane: 'interactive', sinceMs: sinceAtMs, blockedBy: holder });
  }
}

/** Connections that a route takes and never gives back: they run nothing. */
function leak(conditions: Conditions, sinceMs: number, atMs: number, everyMs: number): void {
  const leaked = Math.min(19, Math.floor(sinceMs / everyMs));
  conditions.heldByUsers += leaked;
  for (let each = 0; each < leaked; each += 1) {
    const session = { application: 'aquifer', statement: 'orders.list', state: 'idle' as const, lane: 'interactive' };
    conditions.sessions.push({ ...session, sinceMs: atMs - (sinceMs - (each + 1) * everyMs) });
  }
}
