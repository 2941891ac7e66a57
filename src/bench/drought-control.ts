/**
 * What the drought's own judgement makes of a server on which nothing happens: five minutes of log-ins and reads without a single
 * report, judged as if a minute of them were the drought and half a minute the recovery, at every tenth second. A guard cannot
 * do better than that: what is asked of it (contained in 5 s, normal in 2 s) is met by calm itself only so often.
 */

import { parseArgs } from 'node:util';
import { boundsOf, findRelief } from './drought/containment.ts';
import type { Exchange } from './drought/exchange.ts';
import { createDroughtSchedule } from './drought/load.ts';
import { FULL_LENGTHS, type PhaseLengths } from './drought/phases.ts';
import { runDrought } from './drought/run.ts';
import { aquiferContestant, type Ground, ordinaryContestant, withGround } from './drought/set-up.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '300' }, server: { type: 'string', default: 'aquifer' } },
});
const SEED = 20_240_601;
const STEP_S = 10;
const CONTAINED_MS = 5_000;
const NORMAL_MS = 2_000;
/** The end is too short for a report to matter, and is not judged. */
const LENGTHS: PhaseLengths = { calm: Number(values.seconds), drought: 1, recovery: 1 };

interface Judged {
  containedMs: number | null;
  normalMs: number | null;
}

function judge(exchanges: readonly Exchange[], factor: number, fromMs: number): Judged {
  const { calm, drought, recovery } = FULL_LENGTHS;
  const span = (from: number, seconds: number) => ({ fromMs: from, toMs: from + seconds * 1_000 });
  const [inCalm, inDrought] = [span(fromMs, calm), span(fromMs + calm * 1_000, drought)];
  const bounds = boundsOf(exchanges, inCalm, factor);
  return {
    containedMs: findRelief(exchanges, inDrought, bounds),
    normalMs: findRelief(exchanges, span(inDrought.toMs, recovery), bounds),
  };
}

function tell(exchanges: readonly Exchange[], factor: number): void {
  const { calm, drought, recovery } = FULL_LENGTHS;
  const places = Math.floor((LENGTHS.calm - calm - drought - recovery) / STEP_S) + 1;
  const judged = Array.from({ length: places }, (_, place) => judge(exchanges, factor, place * STEP_S * 1_000));
  const within = (ms: number | null, mostMs: number) => ms !== null && ms <= mostMs;
  const contained = judged.filter(({ containedMs }) => within(containedMs, CONTAINED_MS)).length;
  const normal = judged.filter(({ normalMs }) => within(normalMs, NORMAL_MS)).length;
  const all = judged
    .map(({ containedMs }) => (containedMs === null ? 'never' : (containedMs / 1_000).toFixed(0)))
    .join(' ');
  console.log(
    `factor ${factor}: contained in 5 s at ${contained} of ${places} places, normal in 2 s at ${normal} of ${places}`,
  );
  console.log(`  contained after (s): ${all}`);
}

async function record(ground: Ground): Promise<readonly Exchange[]> {
  let seen: readonly Exchange[] = [];
  await runDrought({
    ...{ kind: 'sleep', ground, lengths: LENGTHS, signal: new AbortController().signal },
    contestant: values.server === 'ordinary' ? ordinaryContestant(ground) : aquiferContestant(ground),
    schedule: createDroughtSchedule(SEED, LENGTHS, ground.people.length),
    onPhase: () => undefined,
    onProgress: () => undefined,
    onExchanges: (exchanges) => {
      seen = exchanges;
    },
  });
  return seen;
}

await withGround({ seed: SEED, ordersMax: 10_000, onProgress: () => undefined }, async (ground) => {
  const exchanges = await record(ground);
  for (const factor of [1.5, 4]) tell(exchanges, factor);
});
