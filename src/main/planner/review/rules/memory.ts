/** Sorts and hashes that do not fit into their memory, and go by way of the disk. */

import { hashMemBytes, type MemoryNeed, memoryNeed, workMemBytes } from '../../plans/memory.ts';
import { indexOptions } from '../cures/index-options.ts';
import type { PlanRule, RawFinding } from '../finding.ts';
import type { Severity } from '../schema.ts';
import { nameOf, type PlannedBinding, type Step, type Subject, useOf, wholeOf } from '../subject.ts';
import { byteWords } from '../words.ts';

const GIGABYTE = 1_024 ** 3;
const MEGABYTE = 1_024 ** 2;
/** Below, the disk's cache takes it without anyone noticing. */
const SMALL_BYTES = 8 * MEGABYTE;
const CONCERN_BYTES = 128 * MEGABYTE;
/** More than that for one statement puts the machine at risk. */
const WORK_MEM_MAX_BYTES = 256 * MEGABYTE;

export const spills: PlanRule = (planned, subject) =>
  planned.steps.flatMap((step) => lookAtMemory(step, planned, subject));

function lookAtMemory(step: Step, planned: PlannedBinding, subject: Subject): RawFinding[] {
  const need = memoryNeed(step.node, limitAbove(step));
  if (!need) return [];
  const { server, settings } = subject.snapshot;
  const allowed = need.kind === 'sort' ? workMemBytes(settings) : hashMemBytes(settings, server.versionNumber);
  if (need.bytes <= allowed || need.bytes < SMALL_BYTES) return [];
  const reads = largestBelow(step);
  const whole = reads?.relation && wholeOf(reads.relation, subject);
  const use = reads && useOf(reads, subject);
  return [
    {
      kind: need.kind === 'sort' ? 'spilling_sort' : 'spilling_hash',
      severity: severityOfBytes(need.bytes),
      sentence: `${spillWords(need)}${whole ? ` of ${nameOf(whole)}` : ''} in ${byteWords(need.bytes)}, of which ${byteWords(allowed)} fit into memory: the rest goes by way of the disk.`,
      relation: whole,
      ...{ planned, step },
      about: need.kind,
      indexes: whole && use ? indexOptions(use, whole, subject) : [],
      advice: memoryAdvice(need, allowed / workMemBytes(settings)),
    },
  ];
}

function spillWords({ kind }: MemoryNeed): string {
  if (kind === 'sort') return 'It sorts rows';
  return kind === 'hash' ? 'It keeps rows to be joined' : 'It keeps groups';
}

function severityOfBytes(bytes: number): Severity {
  return bytes >= GIGABYTE ? 'severe' : bytes >= CONCERN_BYTES ? 'concern' : 'note';
}

function memoryAdvice({ bytes }: MemoryNeed, multiplier: number): RawFinding['advice'] {
  const megabytes = Math.ceil((bytes * 1.1) / multiplier / MEGABYTE);
  if (megabytes * MEGABYTE > WORK_MEM_MAX_BYTES) {
    return { sentence: 'It is too much for memory: ask for fewer rows, or take them in parts.' };
  }
  return {
    sentence: `Give this statement more memory, in its own transaction: ${megabytes} MB hold it.`,
    sql: `set local work_mem = '${megabytes}MB'`,
  };
}

/** What gathers from workers hands the limit on. */
function limitAbove({ parent }: Step): number | undefined {
  if (!parent) return undefined;
  if (/^Gather/.test(parent.node['Node Type'])) return limitAbove(parent);
  return parent.node['Node Type'] === 'Limit' ? parent.node['Plan Rows'] : undefined;
}

/** The scan that most of the rows come from. */
function largestBelow(step: Step): Step | undefined {
  const all = below(step).filter(({ relation }) => relation);
  return all.sort((a, b) => b.node['Plan Rows'] - a.node['Plan Rows'])[0];
}

function below(step: Step): Step[] {
  return [step, ...step.children.flatMap(below)];
}
