/** What index advice says in words. */

import { byteWords, countWords, digits } from '../plans/figures.ts';
import { dayWords } from './confidence.ts';
import type { AdviceReport, CreateAdvice, DropAdvice, WriteEffect } from './schema.ts';

export function writeSentence(effect: Omit<WriteEffect, 'sentence'>): string {
  if (effect.writesPerDay < 1) return 'Nothing that was counted writes to it.';
  const lost =
    effect.hotUpdatesLostPerDay >= 1
      ? ` ${countWords(effect.hotUpdatesLostPerDay)} updates a day that touch no index today would touch this one, and then all.`
      : '';
  return `${countWords(effect.writesPerDay)} entries and ${byteWords(effect.bytesPerDay)} a day.${lost}`;
}

interface CreateFacts {
  statements: CreateAdvice['statements'];
  moreStatements: number;
  sizeBytes: number;
  /** Names of indexes that it is of use with only. */
  needs: readonly string[];
}

export function createSentence({ moreStatements, needs, sizeBytes, statements }: CreateFacts): string {
  const helped = statements.filter(({ timesCheaper }) => timesCheaper > 1);
  const first = headline(helped);
  const others = helped.length - 1 + moreStatements;
  const room = `It takes ${byteWords(sizeBytes)}.`;
  const together = needs.length > 0 ? ` It is of use only together with ${needs.join(' and ')}.` : '';
  if (!first) return `It makes the workload cheaper. ${room}${together}`;
  const more = others === 0 ? '' : `, and ${others === 1 ? 'one more statement' : `${others} more statements`} cheaper`;
  return `Makes ${first.statement} ${timesWords(first.timesCheaper)} cheaper${more}. ${room}${together}`;
}

/** Of those that save nearly as much as the one that saves most: the one that gets so many times cheaper. */
function headline(helped: CreateAdvice['statements']): CreateAdvice['statements'][number] | undefined {
  const saved = (one: (typeof helped)[number]) => (one.costBefore - one.costAfter) * (one.callsPerDay ?? 1);
  const most = Math.max(...helped.map(saved));
  return [...helped].filter((one) => saved(one) >= most / 4).sort((a, b) => b.timesCheaper - a.timesCheaper)[0];
}

export function timesWords(times: number): string {
  return `${digits(times)} times`;
}

interface DropFacts {
  reason: DropAdvice['reason'];
  name: string;
  coveredBy: string | null;
  countedDays: number | null;
  sizeBytes: number;
}

export function dropSentence({ countedDays, coveredBy, name, reason, sizeBytes }: DropFacts): string {
  const frees = `Dropping it frees ${byteWords(sizeBytes)}.`;
  const other = coveredBy ?? 'another index';
  const since =
    countedDays === null ? 'since scans are counted' : `in the ${dayWords(countedDays)} since scans are counted`;
  const whys: Record<DropAdvice['reason'], string> = {
    duplicate: `${name} is the same as ${other}.`,
    prefix: `${other} does all that ${name} does.`,
    superseded: `An index that is advised here does all that ${name} does.`,
    unused: `${name} was not read ${since}, and no statement of the workload needs it.`,
    invalid: `${name} is not valid: a build that failed left it behind. It is written to and never read.`,
  };
  return `${whys[reason]} ${frees}`;
}

type Summed = Pick<AdviceReport, 'create' | 'drop' | 'cost' | 'workload'> & { isComplete: boolean };

/** What the first few bring of all that is gained: fewer are told from the rest where they bring so much. */
const FOREMOST_SHARE = 0.8;
const FEWEST_TO_DIVIDE = 4;

/** How many of those advised first bring four fifths of the gain; all of them where that sets hardly any apart. */
export function foremostCount(create: AdviceReport['create']): number {
  if (create.length < FEWEST_TO_DIVIDE) return create.length;
  const gains = create.map(({ benefit }) => Math.max(benefit.costPerDay, 0));
  const all = gains.reduce((total, gain) => total + gain, 0);
  let gained = 0;
  const place = gains.findIndex((gain) => {
    gained += gain;
    return gained >= FOREMOST_SHARE * all;
  });
  return place >= 0 && place + 1 <= 0.75 * create.length ? place + 1 : create.length;
}

/** The part of all that is gained. */
export function foremostShare(create: AdviceReport['create'], count: number): number {
  const total = (some: AdviceReport['create']) =>
    some.reduce((sum, { benefit }) => sum + Math.max(benefit.costPerDay, 0), 0);
  return total(create.slice(0, count)) / Math.max(total(create), Number.MIN_VALUE);
}

export function reportSentence({ cost, create, drop, isComplete, workload }: Summed): string {
  if (workload.planned === 0) return 'There is no statement to advise on.';
  const drops = `${dropWords(drop)}${isComplete ? '' : ' The time was over before everything was tried: there may be more to gain.'}`;
  const statements = workload.planned === 1 ? 'the one statement' : `the ${countWords(workload.planned)} statements`;
  if (create.length === 0) return `No further index would help ${statements} that could be planned.${drops}`;
  const count = foremostCount(create);
  const foremost =
    count === create.length
      ? ''
      : ` The first ${count === 1 ? 'one brings' : `${count} bring`} ${percentWords(foremostShare(create, count))} of that.`;
  return `${indexWords(create.length)} would take ${percentWords(cost.cut)} off what ${statements} cost.${foremost}${drops}`;
}

/** What is not sure is not said to be. */
function dropWords(drop: AdviceReport['drop']): string {
  const sure = drop.filter(({ confidence }) => confidence.level !== 'low').length;
  const unsure = drop.length - sure;
  const can = sure === 0 ? '' : ` ${indexWords(sure)} can go.`;
  return unsure === 0 ? can : `${can} ${indexWords(unsure)} may be unneeded, which is not sure.`;
}

/** All of it is never gone. */
export function percentWords(share: number): string {
  const percent = share * 100;
  return percent > 99 && percent < 100 ? `${Math.min(Math.floor(percent * 10) / 10, 99.9)} %` : `${digits(percent)} %`;
}

function indexWords(count: number): string {
  return count === 1 ? 'One index' : `${count} indexes`;
}
