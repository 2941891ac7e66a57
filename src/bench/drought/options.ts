/** What may be said on the command line, and what it means. */

import { parseArgs } from 'node:util';
import { type Kind, kinds } from './kinds.ts';
import { DEFAULT_LENGTHS, FULL_LENGTHS, type PhaseLengths, QUICK_LENGTHS } from './phases.ts';

export type Pace = 'default' | 'full' | 'quick';

export interface DroughtOptions {
  kinds: readonly Kind[];
  pace: Pace;
  lengths: PhaseLengths;
  only: 'ordinary' | 'aquifer' | undefined;
  target: { adapter: string; url: string | undefined } | undefined;
  causes: boolean;
  /** Whether the droughts themselves are run. */
  droughts: boolean;
  seed: number;
  ordersMax: number | undefined;
  jsonPath: string;
  reportPath: string;
}

const length = ({ calm, drought, recovery }: PhaseLengths) =>
  `${calm} s calm, ${drought} s drought, ${recovery} s recovery`;

export const help = `
Usage: npm run drought [-- OPTIONS]

Re-enacts the outage Aquifer began with, and prints whether users were hurt: the ordinary way (Fastify and pg.Pool at
their defaults) and Aquifer, one after the other, on the same embedded Postgres with the same recorded arrivals.
5 log-ins and 100 reads of one's own data come each second; in the drought 4 heavy reports a second come too.

  --kind KIND       sleep, cpu or lock; may be given several times. All three when left out
                      sleep: each report holds its connection for 5 s
                      cpu:   each report searches millions of rows without an index
                      lock:  each report waits for a lock that a forgotten session holds
  --full            ${length(FULL_LENGTHS)} for each kind and server, and the eight
                    causes: the whole schedule, about 16 minutes
  --quick           ${length(QUICK_LENGTHS)}: too short for figures to quote
                    Neither: ${length(DEFAULT_LENGTHS)}; all in under five minutes
  --phases C,D,R    the three phases' lengths in seconds, such as 10,40,20
  --causes          plant eight causes, one by one, and count how many Aquifer names rightly (about two and a half
                    minutes); instead of the droughts, unless a --kind is given too
  --only SERVER     ordinary or aquifer
  --target ADAPTER  aim the schedule at another server, by an adapter file; see docs/user-guide/drought.md
  --url URL         where that server listens, unless its adapter starts it
  --seed NUMBER     of the arrivals and of the people; 20240601 when left out
  --json FILE       drought-report.json when left out
  --report FILE     drought-report.html when left out
  --help            this

Ends with 0 when Aquifer met every goal, 2 when it missed one, 1 when it could not run. Ctrl-C ends it and leaves nothing.
`;

/** The day of the outage. */
const SEED = 20_240_601;
const LENGTHS: Readonly<Record<Pace, PhaseLengths>> = {
  default: DEFAULT_LENGTHS,
  full: FULL_LENGTHS,
  quick: QUICK_LENGTHS,
};

/** @throws TypeError with a sentence for a person; null where help was asked for */
export function readOptions(given: readonly string[]): DroughtOptions | null {
  const { values } = parseArgs({
    args: [...given],
    options: {
      kind: { type: 'string', multiple: true },
      ...{ full: { type: 'boolean' }, quick: { type: 'boolean' }, causes: { type: 'boolean' } },
      ...{ only: { type: 'string' }, target: { type: 'string' }, url: { type: 'string' } },
      ...{ seed: { type: 'string' }, json: { type: 'string' }, report: { type: 'string' } },
      phases: { type: 'string' },
      // For the tests, which have no time to make millions of orders.
      'orders-max': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return null;
  if (values.full && values.quick) throw new TypeError('--full and --quick cannot both be meant.');
  if (values.url && !values.target) throw new TypeError('--url belongs to --target, and there is no --target.');
  const pace: Pace = values.full ? 'full' : values.quick ? 'quick' : 'default';
  const onlyCauses = values.causes === true && values.kind === undefined && !values.full;
  return {
    kinds: readKinds(values.kind),
    pace,
    lengths: readPhases(values.phases) ?? LENGTHS[pace],
    only: readOnly(values.only),
    target: values.target ? { adapter: values.target, url: values.url } : undefined,
    causes: (values.causes ?? values.full ?? false) && values.only !== 'ordinary' && !values.target,
    droughts: !onlyCauses,
    seed: readWhole('--seed', values.seed) ?? SEED,
    ordersMax: readWhole('--orders-max', values['orders-max']),
    jsonPath: values.json ?? 'drought-report.json',
    reportPath: values.report ?? 'drought-report.html',
  };
}

function readPhases(given: string | undefined): PhaseLengths | undefined {
  if (given === undefined) return undefined;
  const [calm = 0, drought = 0, recovery = 0, ...more] = given.split(',').map(Number);
  const areLengths = [calm, drought, recovery].every((one) => Number.isFinite(one) && one > 0 && one <= 3_600);
  if (!areLengths || more.length > 0) {
    throw new TypeError(`--phases must be three lengths in seconds, such as 10,40,20, and it is ${given}.`);
  }
  return { calm, drought, recovery };
}

function readKinds(given: readonly string[] | undefined): readonly Kind[] {
  if (!given) return kinds;
  for (const one of given) {
    if (!kinds.includes(one as Kind)) throw new TypeError(`--kind must be ${kinds.join(', ')}, and it is ${one}.`);
  }
  return kinds.filter((kind) => given.includes(kind));
}

function readOnly(given: string | undefined): DroughtOptions['only'] {
  if (given === undefined || given === 'ordinary' || given === 'aquifer') return given;
  throw new TypeError(`--only must be ordinary or aquifer, and it is ${given}.`);
}

function readWhole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new TypeError(`${name} must be a whole number, and it is ${text}.`);
  return value;
}
