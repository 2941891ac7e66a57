/** What sizing goes by: the machine as it is, and the last month of its figures, an hour a point. */

import type { FactName, SizingFacts } from '../sizing/facts.ts';
import type { PlannerSources } from '../sources.ts';

const NAMES: readonly FactName[] = [
  ...(['server.active', 'server.connections', 'server.cacheHitShare'] as const),
  ...(['server.tempBytesPerSecond', 'disk.databaseBytes', 'disk.freeBytes'] as const),
];
const SPAN_MS = 30 * 86_400_000;
const STEP_MS = 3_600_000;

export async function gatherFacts(
  { machine, points }: Pick<PlannerSources, 'machine' | 'points'>,
  nowMs: number,
): Promise<SizingFacts> {
  const span = { fromMs: nowMs - SPAN_MS, toMs: nowMs, stepMs: STEP_MS };
  const series: SizingFacts['series'] = {};
  // One after the other: no more than one connection is taken for it.
  for (const name of NAMES) series[name] = await points(name, span);
  const maxConnections = (await points('server.connectionsMax', span)).at(-1)?.max ?? null;
  const { cores, memoryBytes } = machine() ?? { cores: null, memoryBytes: null };
  return { cores, memoryBytes, maxConnections, series };
}
