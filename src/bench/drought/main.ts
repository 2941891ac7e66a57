/** The drought from end to end: ground, servers in turn, table, report. Run by scripts/drought.js. */

import { writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { readVersion } from '../../main/foundation/version.ts';
import { hashSchedule } from '../../main/loadtest/index.ts';
import { describeMiss } from './calibration.ts';
import { plantAll } from './causes/plant-all.ts';
import { type Contestant, endServersNow } from './contestant.ts';
import { createDroughtSchedule } from './load.ts';
import { type DroughtOptions, help, readOptions } from './options.ts';
import { createProgress, type Progress } from './progress.ts';
import { renderPage } from './report/page.ts';
import { countMissed, type DroughtResult } from './result.ts';
import { runDrought, type ServerRun } from './run.ts';
import { aquiferContestant, type Ground, ordinaryContestant, withGround } from './set-up.ts';
import { renderTable } from './table.ts';
import { loadTarget } from './target.ts';

const MET = 0;
const COULD_NOT_RUN = 1;
const MISSED = 2;
const INTERRUPTED = 130;

async function rehearse(options: DroughtOptions, progress: Progress, signal: AbortSignal): Promise<DroughtResult> {
  const startedAt = performance.now();
  const { seed, lengths, pace, ordersMax } = options;
  progress.say('Setting up');
  return withGround(
    { seed, ...(ordersMax === undefined ? {} : { ordersMax }), onProgress: progress.detail },
    async (ground) => {
      signal.throwIfAborted();
      const schedule = createDroughtSchedule(seed, lengths, ground.people.length);
      const runs: ServerRun[] = [];
      if (options.droughts) {
        const contestants = await contestantsOf(options, ground);
        for (const kind of options.kinds) {
          for (const contestant of contestants) {
            const run = await runDrought({
              ...{ contestant, kind, ground, schedule, lengths, signal },
              onPhase: (phase) => progress.phase(`${kind}, ${contestant.name}`, phase, lengths[phase]),
              onProgress: (atMs) => progress.tick(atMs),
            });
            signal.throwIfAborted();
            progress.ended(run);
            runs.push(run);
          }
        }
      }
      const causes = options.causes ? await plantAll({ ground, seed, signal, progress }) : null;
      signal.throwIfAborted();
      return {
        ...{ format: 'aquifer-drought-1', madeAt: new Date().toISOString(), seed, pace, lengths, runs, causes },
        tookMs: performance.now() - startedAt,
        machine: describeMachine(),
        versions: { aquifer: readVersion(), postgres: ground.database.version, node: process.versions.node },
        report: { ...ground.report, remark: describeMiss(ground.report) },
        scheduleHash: hashSchedule(schedule),
      };
    },
  );
}

async function contestantsOf({ only, target }: DroughtOptions, ground: Ground): Promise<Contestant[]> {
  if (target) return [await loadTarget(target, ground)];
  return [ordinaryContestant(ground), aquiferContestant(ground)].filter(({ id }) => only === undefined || only === id);
}

function describeMachine(): DroughtResult['machine'] {
  return {
    processor: cpus()[0]?.model.trim() || arch(),
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 1024 ** 3),
    system: `${platform()} ${release()}`,
  };
}

/** The first signal ends the run in order; a second one ends it at once. */
function listenForInterruption(progress: Progress): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) {
      endServersNow();
      process.exit(INTERRUPTED);
    }
    progress.say('Stopping; the servers and Postgres are being ended');
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    console.log(help.trim());
    return MET;
  }
  const progress = createProgress(process.stdout);
  const signal = listenForInterruption(progress);
  try {
    const result = await rehearse(options, progress, signal);
    await writeFile(options.jsonPath, `${JSON.stringify(result)}\n`);
    await writeFile(options.reportPath, renderPage(result));
    progress.end();
    console.log(`\n${renderTable(result)}\n`);
    console.log(`  The report: ${resolve(options.reportPath)}; its figures: ${resolve(options.jsonPath)}`);
    return countMissed(result) === 0 ? MET : MISSED;
  } catch (error) {
    if (!signal.aborted) throw error;
    progress.end();
    console.log('  Stopped. No server, no Postgres and no temporary folder is left; no report was written.');
    return INTERRUPTED;
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(
    error instanceof TypeError || process.env.DEBUG === undefined ? String((error as Error).message) : error,
  );
  process.exitCode = COULD_NOT_RUN;
}
// Signal handlers and idle sockets must not keep a finished run from ending.
process.exit();
