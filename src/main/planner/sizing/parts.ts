/** Memory, work_mem, processors, disk and connections: for each what is there, what is needed, when it is too small, in a sentence. */

import { byteWords, countWords, digits } from '../plans/figures.ts';
import { settingBytes, workMemBytes } from '../plans/memory.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { daysUntil, lastOf, meanOf, perDay, type SizingFacts, shareBelow } from './facts.ts';
import type { SizingAdvice, SizingPart } from './schema.ts';
import type { Demand } from './working-set.ts';

export interface SizingBasis {
  snapshot: Snapshot;
  facts: SizingFacts;
  demand: Demand;
  /** Of the whole database; null where it is not known. */
  bytesPerDay: number | null;
  horizonDays: number;
}

const DAY_MS = 86_400_000;
const KIBIBYTE = 1_024;
const MEBIBYTE = KIBIBYTE ** 2;
const BLOCK_BYTES = 8_192;
/** Below it reads of the disk are felt. */
const HIT_SHARE_MIN = 0.95;
const HIT_SHARE_GOOD = 0.99;
/** What of a machine's memory keeps pages, by the usual rule; the rest is for sessions and the system. */
const CACHE_SHARE = 0.75;
/** What sorts and hashes of all sessions may take together. */
const WORK_SHARE = 0.25;
const BUSY_SHARE = 0.7;
const DISK_FULL_SHARE = 0.1;
const CONNECTIONS_FULL_SHARE = 0.9;
const URGENT_DAYS = 14;
const WORK_MEM_MAX_BYTES = 1_024 * MEBIBYTE;
/** Of seldom called statements the disk does not notice the spilling. */
const SPILL_CALLS_PER_DAY = 24;

function stateOf(days: number | undefined, horizonDays: number): SizingAdvice['state'] {
  if (days === undefined || days > horizonDays) return 'enough';
  return days <= URGENT_DAYS ? 'now' : 'soon';
}

function dateIn(days: number | undefined, { horizonDays, snapshot }: SizingBasis): string | null {
  if (days === undefined || days > horizonDays) return null;
  return new Date(Date.parse(snapshot.takenAt) + days * DAY_MS).toISOString();
}

const inDays = (days: number) =>
  days < 1 ? 'now' : days < 60 ? `in about ${Math.round(days)} days` : `in about ${Math.round(days / 30)} months`;

function unknown(part: SizingPart, unit: string, sentence: string): SizingAdvice {
  return {
    ...{ part, unit, sentence, state: 'unknown', action: null, sql: null, present: null, needed: null, at: null },
    ...{ figures: [], evidence: [] },
  };
}

export function memoryAdvice(basis: SizingBasis): SizingAdvice {
  const { demand, facts, snapshot } = basis;
  const { workingSetBytes } = demand;
  const wholeBytes = databaseBytes(basis);
  const cache =
    facts.memoryBytes === null
      ? settingBytes(snapshot.settings.effective_cache_size, BLOCK_BYTES)
      : facts.memoryBytes * CACHE_SHARE;
  if (cache === undefined) return unknown('memory', 'bytes', 'How much memory Postgres has for pages is not known.');
  const hit = meanOf(facts, 'server.cacheHitShare');
  // The part that is used grows as the whole does.
  const grown =
    basis.bytesPerDay === null || wholeBytes === 0 ? undefined : (basis.bytesPerDay * workingSetBytes) / wholeBytes;
  // A database that is smaller than the memory needs no more of it, however many pages were read at first.
  const isMissing = hit !== undefined && hit < HIT_SHARE_MIN && wholeBytes > cache;
  const days = isMissing
    ? 0
    : hit !== undefined && hit >= HIT_SHARE_GOOD && workingSetBytes > cache
      ? undefined
      : daysUntil(workingSetBytes, cache, grown);
  const state = stateOf(days, basis.horizonDays);
  const needed = Math.max(workingSetBytes, isMissing ? cache * 1.5 : 0) + (grown ?? 0) * basis.horizonDays;
  const told = {
    ...({ part: 'memory', unit: 'bytes', present: cache, needed, at: dateIn(days, basis) } as const),
    figures: [
      { label: 'Touched within an hour', value: workingSetBytes, unit: 'bytes' as const },
      { label: 'Whole database', value: wholeBytes, unit: 'bytes' as const },
      ...(hit === undefined ? [] : [{ label: 'Found in shared_buffers', value: hit, unit: 'share' as const }]),
    ],
    evidence: hit === undefined ? [] : [`${digits(hit * 100)} % of pages were found in shared_buffers.`],
  };
  const uses = `Within an hour the statements touch about ${byteWords(workingSetBytes)} of ${byteWords(wholeBytes)}`;
  if (state !== 'enough') {
    const short = days === 0 ? 'which is too little' : `which is too little ${inDays(days as number)}`;
    const action = `Take a machine with ${byteWords(upToPower(needed / CACHE_SHARE))} of memory, a quarter of it as shared_buffers.`;
    return { ...told, state, sentence: `${uses}; ${byteWords(cache)} keep pages, ${short}.`, action, sql: null };
  }
  const holds = `${uses}; the ${byteWords(cache)} that keep pages hold that`;
  return {
    ...told,
    state,
    sentence: `${holds}.`,
    action: null,
    sql: null,
    ...moreBuffers(basis, { cache, hit, holds }),
  };
}

/** The machine has the memory, and Postgres' own part of it is smaller than what is touched: its pages come from the system again. */
function moreBuffers(
  { demand, snapshot }: SizingBasis,
  { cache, hit, holds }: { cache: number; hit: number | undefined; holds: string },
): Pick<SizingAdvice, 'state' | 'sentence' | 'action' | 'sql'> | undefined {
  const buffers = settingBytes(snapshot.settings.shared_buffers, BLOCK_BYTES);
  if (buffers === undefined || hit === undefined || hit >= HIT_SHARE_MIN) return undefined;
  const wanted = Math.min(upToPower(demand.workingSetBytes), upToPower(cache / CACHE_SHARE / 4));
  if (demand.workingSetBytes <= buffers || wanted <= buffers) return undefined;
  return {
    state: 'now',
    sentence: `${holds}, but shared_buffers (${byteWords(buffers)}) do not.`,
    action: `Give shared_buffers ${byteWords(wanted)}; it takes a restart of Postgres. The machine is large enough.`,
    sql: `alter system set shared_buffers = '${Math.round(wanted / MEBIBYTE)}MB'`,
  };
}

/** One figure wherever it is told: the sample is the mean of an hour, and the snapshot is of now and without the catalogs. */
function databaseBytes({ demand, facts }: SizingBasis): number {
  return Math.max(lastOf(facts, 'disk.databaseBytes') ?? 0, demand.wholeBytes);
}

const upToPower = (bytes: number) => 2 ** Math.ceil(Math.log2(Math.max(bytes, MEBIBYTE)));

export function workMemAdvice({ demand, facts, snapshot }: SizingBasis): SizingAdvice {
  const present = workMemBytes(snapshot.settings);
  const spilling = demand.memory.filter(({ callsPerDay, spills }) => spills && callsPerDay >= SPILL_CALLS_PER_DAY);
  const [largest] = spilling;
  const temp = meanOf(facts, 'server.tempBytesPerSecond');
  const evidence = [
    ...spilling.slice(0, 5).map(({ bytes, name }) => `${name} needs ${byteWords(bytes)} at once.`),
    ...(temp === undefined ? [] : [`${byteWords(temp)} a second are written to temporary files.`]),
  ];
  const base = { part: 'work_mem', unit: 'bytes', present, at: null, evidence, figures: [] } as const;
  if (!largest) {
    return {
      ...base,
      figures: [],
      evidence: [...evidence],
      state: 'enough',
      needed: null,
      action: null,
      sql: null,
      sentence: `What statements sort and hash fits into work_mem (${byteWords(present)}).`,
    };
  }
  const sessions = Math.max(1, shareBelow(facts, 'server.active', 0.95) ?? 1);
  const memory = facts.memoryBytes ?? settingBytes(snapshot.settings.effective_cache_size, BLOCK_BYTES) ?? 0;
  const allowed = Math.min(WORK_MEM_MAX_BYTES, (memory * WORK_SHARE) / sessions);
  const fitting = spilling.filter(({ bytes }) => upToPower(bytes) <= allowed);
  const needed = fitting[0] ? upToPower(fitting[0].bytes) : null;
  const megabytes = needed === null ? null : Math.max(1, Math.round(needed / MEBIBYTE));
  const head = `${countWords(spilling.length)} ${spilling.length === 1 ? 'statement sorts or hashes' : 'statements sort or hash'} more than work_mem holds (${byteWords(present)})`;
  return {
    ...base,
    evidence: [...evidence],
    figures: [{ label: 'Most needed at once', value: largest.bytes, unit: 'bytes' }],
    state: 'now',
    needed,
    sentence: `${head}, ${largest.name} the most: ${byteWords(largest.bytes)}.`,
    action:
      megabytes === null
        ? 'There is no memory to give them more: let them read fewer rows, or by an index that is in order.'
        : `Let ${fitting.length === spilling.length ? 'them' : `${fitting.length} of them`} have ${megabytes} MB; ${digits(sessions)} busy sessions may then take ${byteWords((needed ?? 0) * sessions)} together.`,
    sql: megabytes === null ? null : `alter system set work_mem = '${megabytes}MB'; select pg_catalog.pg_reload_conf()`,
  };
}

export function cpuAdvice(basis: SizingBasis): SizingAdvice {
  const { demand, facts } = basis;
  const peak = shareBelow(facts, 'server.active', 0.95);
  const busy = peak ?? demand.busySessions ?? undefined;
  if (busy === undefined)
    return unknown('cpu', 'cores', 'How many sessions are busy is not known: there are no samples yet.');
  const { cores } = facts;
  const words = `${digits(busy)} ${busy === 1 ? 'session is' : 'sessions are'} busy at most times`;
  const figures = [{ label: 'Busy sessions, 95 % of the time no more', value: busy, unit: 'count' as const }];
  if (cores === null)
    return {
      ...unknown('cpu', 'cores', `${words}; how many cores Postgres has is not known from here.`),
      needed: Math.ceil(busy / BUSY_SHARE),
      figures,
    };
  const days = daysUntil(busy, cores * BUSY_SHARE, perDay(facts, 'server.active'));
  const state = stateOf(days, basis.horizonDays);
  const needed = Math.max(
    1,
    Math.ceil((busy + (perDay(facts, 'server.active') ?? 0) * basis.horizonDays) / BUSY_SHARE),
  );
  return {
    ...{ part: 'cpu', unit: 'cores', state, present: cores, needed, at: dateIn(days, basis), sql: null, figures },
    sentence:
      state === 'enough'
        ? `${words}, on ${cores} cores: enough.`
        : `${words}, on ${cores} cores: ${days === 0 ? 'too few' : `too few ${inDays(days as number)}`}.`,
    action:
      state === 'enough'
        ? null
        : `Take ${needed} cores, once the dearest statements have been looked at: an index is cheaper.`,
    evidence:
      demand.busySessions === null
        ? []
        : [`Statements took ${digits(demand.busySessions)} sessions’ whole time in the mean.`],
  };
}

export function diskAdvice(basis: SizingBasis): SizingAdvice {
  const { facts, horizonDays } = basis;
  const grown = perDay(facts, 'disk.databaseBytes') ?? basis.bytesPerDay ?? undefined;
  const free = lastOf(facts, 'disk.freeBytes');
  const size = databaseBytes(basis);
  const growth =
    grown === undefined ? 'how fast it grows is not known yet' : `it grows by ${byteWords(Math.max(0, grown))} a day`;
  const figures = [
    { label: 'Database', value: size, unit: 'bytes' as const },
    ...(grown === undefined ? [] : [{ label: 'Growth', value: grown, unit: 'bytes/day' as const }]),
  ];
  if (free === undefined) {
    return {
      ...unknown(
        'disk',
        'bytes',
        `The database is ${byteWords(size)}, and ${growth}; how much room its disk has is not known from here.`,
      ),
      figures,
    };
  }
  const total = free + size;
  const days = daysUntil(size, total * (1 - DISK_FULL_SHARE), grown);
  const state = stateOf(days, horizonDays);
  const needed = (size + Math.max(0, grown ?? 0) * horizonDays) / (1 - DISK_FULL_SHARE);
  return {
    ...{
      part: 'disk',
      unit: 'bytes',
      state,
      present: total,
      needed,
      at: dateIn(days, basis),
      sql: null,
      figures,
      evidence: [],
    },
    sentence: `The database is ${byteWords(size)}, ${byteWords(free)} are free, and ${growth}${state === 'enough' ? '' : `: the disk is nine tenths full ${inDays(days as number)}`}.`,
    action: state === 'enough' ? null : `Have ${byteWords(needed)} of disk by then.`,
  };
}

export function connectionAdvice(basis: SizingBasis): SizingAdvice {
  const { facts, snapshot } = basis;
  const most = shareBelow(facts, 'server.connections', 1);
  const max = facts.maxConnections ?? Number(snapshot.settings.max_connections ?? Number.NaN);
  if (most === undefined || !Number.isFinite(max)) {
    return unknown('connections', 'count', 'How many connections are open is not known: there are no samples yet.');
  }
  const grown = perDay(facts, 'server.connections');
  const days = daysUntil(most, max * CONNECTIONS_FULL_SHARE, grown);
  const state = stateOf(days, basis.horizonDays);
  const needed = Math.ceil((most + Math.max(0, grown ?? 0) * basis.horizonDays) / CONNECTIONS_FULL_SHARE);
  const active = shareBelow(facts, 'server.active', 0.95);
  return {
    ...{ part: 'connections', unit: 'count', state, present: max, needed, at: dateIn(days, basis) },
    figures: [
      { label: 'Open at most', value: most, unit: 'count' },
      ...(active === undefined
        ? []
        : [{ label: 'Busy, 95 % of the time no more', value: active, unit: 'count' as const }]),
    ],
    sentence: `Of ${max} connections ${digits(most)} were open at most${state === 'enough' ? '' : `: too many ${inDays(days as number)}`}.`,
    action:
      state === 'enough'
        ? null
        : active !== undefined && active * 3 < most
          ? `Lower the pools before max_connections is raised: only ${digits(active)} are busy at a time.`
          : `Raise max_connections to ${needed}; each takes some 10 MB of memory.`,
    sql:
      state !== 'enough' && !(active !== undefined && active * 3 < most)
        ? `alter system set max_connections = ${needed}`
        : null,
    evidence: [],
  };
}
