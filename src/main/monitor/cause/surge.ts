/** Who calls so much more often than usual: one tenant, one route, or everybody. */

import type { Baseline, Usage } from './baseline.ts';
import type { Picture, StatementPicture } from './picture.ts';

export interface Surge {
  /** The tenant who makes most of the added calls and three times as many as usual, if there is one. */
  tenant: Rise | undefined;
  route: Rise | undefined;
  /** Whether it is one tenant, or one route, and the statement in question is called often. */
  isDominant: boolean;
}

export interface Rise {
  name: string;
  callsPerSecond: number;
  usualPerSecond: number;
  /** Of all calls that are more than usual. */
  share: number;
}

const WINDOW_MS = 1_500;
const WINDOW_SECONDS = WINDOW_MS / 1_000;
/** Standard deviations of a Poisson count within the window. */
const CHANCE = 2.5;
const GROWTH = 3;
const RATE_MIN = 5;
const SHARE = 0.5;

export function findSurge(picture: Picture, baseline: Baseline, top: StatementPicture): Surge {
  const rise = (dimension: Caller) => {
    const found = riseOf(dimension, picture, baseline);
    return found && calls(top, dimension, found.name) ? found : undefined;
  };
  const tenant = rise('tenant');
  const route = rise('route');
  const isDominant = (tenant ?? route) !== undefined && top.callsPerSecond >= RATE_MIN;
  return { tenant, route, isDominant };
}

type Caller = 'tenant' | 'route';

/** Whoever asks more often, but for something else, is not why this one holds what it holds. */
function calls({ leases }: StatementPicture, dimension: Caller, name: string): boolean {
  const held = [...leases.running, ...leases.lockWait];
  return held.length === 0 || held.some(({ origin }) => origin?.[dimension] === name);
}

function isSteep({ callsPerSecond, usualPerSecond }: Rise): boolean {
  return callsPerSecond >= RATE_MIN && callsPerSecond >= GROWTH * usualPerSecond;
}

function riseOf(dimension: Caller, { leases }: Picture, baseline: Baseline): Rise | undefined {
  let all = 0;
  let steepest: Rise | undefined;
  let mostAdded = 0;
  const held = new Set(leases.map(({ origin }) => origin?.[dimension] ?? ''));
  for (const name of new Set([...baseline.keysNow(dimension, WINDOW_MS), ...held])) {
    if (name === '') continue;
    const callsPerSecond = rateOf(baseline.now(dimension, name, WINDOW_MS));
    const usualPerSecond = rateOf(baseline.usual(dimension, name));
    const added = callsPerSecond - usualPerSecond;
    // Of many who call now and then, some always call more often than on average.
    if (added <= CHANCE * Math.sqrt(usualPerSecond / WINDOW_SECONDS)) continue;
    all += added;
    if (added <= mostAdded) continue;
    mostAdded = added;
    steepest = { name, callsPerSecond, usualPerSecond, share: 0 };
  }
  if (!steepest || mostAdded < all * SHARE || !isSteep(steepest)) return undefined;
  return { ...steepest, share: mostAdded / all };
}

const rateOf = (usage: Usage | undefined) => usage?.callsPerSecond ?? 0;
