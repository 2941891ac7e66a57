/**
 * What happens by itself: an incident that closes gets its postmortem, and the measures of the last ninety days are looked at
 * every hour. While the database is away the work waits; what was missed, by a restart too, is found in the list of incidents.
 */

import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../foundation/service.ts';
import type { Journal } from '../journal.ts';
import type { IncidentSource } from './incident-source.ts';
import type { Postmortems } from './postmortems.ts';
import type { Postmortem } from './schema.ts';
import type { PostmortemStore } from './store.ts';

export interface UpkeepOptions {
  postmortems: Postmortems;
  store: PostmortemStore;
  incidents: IncidentSource;
  journal: Pick<Journal, 'note'>;
  logger: Logger;
  /** So long after an incident has closed its postmortem is begun: until then its own last words are being written. */
  settleMs: number;
}

const EVERY_MS = 10_000;
/** In runs. */
const CHECK_EVERY = 360;
const MISSED_EVERY = 6;
const RECENT_INCIDENTS = 50;

export function createUpkeep(options: UpkeepOptions): Service {
  const { incidents, logger, settleMs } = options;
  const due = new Set<string>();
  const waiting = new Set<NodeJS.Timeout>();
  let runs = 0;
  const periodic = createPeriodicService({
    name: 'postmortems',
    intervalMs: EVERY_MS,
    logger,
    run: async (signal) => {
      const run = runs;
      runs += 1;
      if (run % MISSED_EVERY === 0) for (const id of await findMissed(options)) due.add(id);
      await writeDue(options, due, signal);
      if (run % CHECK_EVERY === CHECK_EVERY - 1) await checkRecent(options, signal);
    },
  });
  let stopListening: () => void = () => undefined;
  return {
    name: 'postmortems',
    start: async () => {
      runs = 0;
      stopListening = incidents.onClosed((id) => {
        const timer = setTimeout(() => {
          waiting.delete(timer);
          due.add(id);
          periodic.wake();
        }, settleMs);
        timer.unref();
        waiting.add(timer);
      });
      await periodic.start();
    },
    stop: async () => {
      stopListening();
      for (const timer of waiting) clearTimeout(timer);
      waiting.clear();
      await periodic.stop();
    },
  };
}

/** Closed ones that have none yet. */
async function findMissed({ incidents, store }: UpkeepOptions): Promise<string[]> {
  const recent = await incidents.recent(RECENT_INCIDENTS);
  const closed = recent.filter(({ hasPostmortem, state }) => state === 'closed' && !hasPostmortem).map(({ id }) => id);
  const written = await store.written(closed);
  for (const id of closed.filter((one) => written.has(one))) await incidents.notePostmortem(id);
  return closed.filter((id) => !written.has(id));
}

async function writeDue({ postmortems, store }: UpkeepOptions, due: Set<string>, signal: AbortSignal): Promise<void> {
  const written = await store.written([...due]);
  for (const id of [...due]) {
    if (signal.aborted) return;
    // Two servers of one database hear of the same incident: whoever comes second finds it written.
    if (!written.has(id)) await postmortems.write(id, true);
    due.delete(id);
  }
}

/** A measure that was done and does not hold any more is news. */
export async function checkRecent({ journal, postmortems, store }: UpkeepOptions, signal: AbortSignal): Promise<void> {
  for (const incidentId of await store.recent()) {
    if (signal.aborted) return;
    const before = await postmortems.read(incidentId);
    const now = await postmortems.check(incidentId);
    for (const { check, key, sentence } of lapsed(before, now)) {
      const said = `A measure of “${now.title}” does not hold any more: ${sentence} ${check?.sentence ?? ''}`;
      journal.note('measure_lapsed', said.trim(), { incident: incidentId, measure: key });
    }
  }
}

function lapsed(before: Postmortem, now: Postmortem): Postmortem['measures'] {
  const held = new Set(before.measures.filter(({ check }) => check?.state === 'holds').map(({ key }) => key));
  return now.measures.filter(({ check, isDone, key }) => isDone && held.has(key) && check?.state === 'does_not_hold');
}
