/** Puts what was found into the report: names, DDL, what each costs those who write, how sure it is, and a sentence for each. */

import { groupGaps } from '../snapshot/gap-groups.ts';
import type { SnapshotIndex } from '../snapshot/snapshot.ts';
import type { IndexDefinition, Twin } from '../twin/twin.ts';
import type { AdvisedWorkload } from './advised-statements.ts';
import type { Candidate } from './candidate.ts';
import { confidenceOfCreate, confidenceOfDrop } from './confidence.ts';
import { fullName, type ProvenDrop } from './drops.ts';
import type { IndexEffect } from './effects.ts';
import { creationSteps } from './index-ddl.ts';
import { adviceId, quoteName } from './index-identity.ts';
import type { CandidateNames } from './index-names.ts';
import type { AdviceIndex, AdviceReport, CreateAdvice, DropAdvice } from './schema.ts';
import { createSentence, dropSentence, reportSentence, writeSentence } from './sentences.ts';
import { sum } from './table-facts.ts';
import { existingIndex, type WriteCost, writeCostOf, writeCostOfExisting } from './write-cost.ts';
import { countedDays, type TrafficBook } from './write-traffic.ts';

export interface Findings {
  twin: Twin;
  workload: AdvisedWorkload;
  effects: readonly IndexEffect[];
  names: CandidateNames;
  drops: readonly ProvenDrop[];
  trafficOf: TrafficBook;
  /** Of reading, in a day. */
  costs: { before: number; after: number };
  budgetBytes: number | null;
  search: AdviceReport['search'];
  /** That the workload has, planned or not. */
  statements: number;
}

export function createReport(findings: Findings): AdviceReport {
  const { budgetBytes, costs, search, twin, workload } = findings;
  const { snapshot, engine } = twin;
  const create = describeCreations(findings);
  const drop = findings.drops.map((one) => describeDrop(one, findings));
  const planned = findings.statements - workload.notPlanned.length;
  const parts = {
    create,
    drop,
    workload: {
      statements: findings.statements,
      planned,
      callsPerDay: workload.callsPerDay,
      notPlanned: [...workload.notPlanned],
    },
    cost: {
      before: costs.before,
      after: costs.after,
      cut: costs.before > 0 ? 1 - costs.after / costs.before : 0,
      writesAdded:
        sum(create.map(({ writes }) => writes.costPerDay)) - sum(drop.map(({ writes }) => writes.costPerDay)),
    },
  };
  return {
    format: 1,
    takenAt: snapshot.takenAt,
    database: snapshot.database,
    serverVersion: snapshot.server.version,
    engine: { kind: engine.kind, version: engine.version },
    sentence: reportSentence({ ...parts, isComplete: search.isComplete }),
    ...parts,
    budget: {
      bytes: budgetBytes,
      usedBytes: sum(create.map(({ index }) => index.sizeBytes)),
      freedBytes: sum(drop.map(({ index }) => index.sizeBytes)),
    },
    search: { ...search },
    gaps: groupGaps(twin.gaps),
  };
}

function describeCreations(findings: Findings): CreateAdvice[] {
  const before: Candidate[] = [];
  return findings.effects.map((effect) => {
    const advice = describeCreation(effect, [...before], findings);
    before.push(effect.candidate);
    return advice;
  });
}

/** @param before those that are advised before it */
function describeCreation(effect: IndexEffect, before: readonly Candidate[], findings: Findings): CreateAdvice {
  const { names } = findings;
  const { costs, trafficOf, twin, workload } = findings;
  const { candidate, effects: statements, more: moreStatements } = effect;
  const { definition, identity, table } = candidate;
  const name = names.get(candidate) ?? 'idx';
  const ofTable = before.filter((one) => one.table === table);
  const steps = creationSteps(definition, { name, table, snapshot: twin.snapshot });
  const needs = effect.needs.map((one) => names.get(one) ?? '');
  return {
    id: adviceId('create', identity),
    kind: 'create',
    index: { ...describeIndex(definition, name), sizeBytes: candidate.sizeBytes, height: candidate.height },
    ddl: steps.join(';\n'),
    steps,
    undoDdl: dropSql(definition.schema, name, table.relation.kind !== 'partitioned'),
    sentence: createSentence({ statements: [...statements], moreStatements, sizeBytes: candidate.sizeBytes, needs }),
    benefit: {
      costPerDay: effect.readSaving,
      shareOfWorkload: costs.before > 0 ? effect.readSaving / costs.before : 0,
      millisecondsPerDay: effect.millisecondsPerDay,
      worstTimesCheaper: effect.worstTimesCheaper,
      bestTimesCheaper: effect.bestTimesCheaper,
    },
    statements: [...statements],
    moreStatements,
    writes: describeWrites(
      difference(writeCostOf(table, [...ofTable, candidate], trafficOf), writeCostOf(table, ofTable, trafficOf)),
    ),
    confidence: confidenceOfCreate(effect, trafficOf(table), { twin, workload }),
  };
}

function describeDrop(drop: ProvenDrop, { trafficOf, twin, workload }: Findings): DropAdvice {
  const { coveredBy, index, proof, reason, table } = drop;
  const { snapshot } = twin;
  const written = existingIndex(index, table);
  const sizeBytes = index.size.blocks * 8192;
  const facts = { reason, coveredBy, sizeBytes, name: index.name, countedDays: countedDays(snapshot) };
  return {
    id: adviceId('drop', JSON.stringify([fullName(index), index.definition])),
    kind: 'drop',
    index: { ...describeIndex(written.definition, index.name), sizeBytes, height: index.height ?? null },
    reason,
    sentence: dropSentence(facts),
    coveredBy,
    scans: index.scans ?? null,
    countedSince: snapshot.countedSince,
    ddl: dropSql(index.schema, index.name, true),
    undoDdl: concurrently(index),
    writes: describeWrites(writeCostOfExisting(table, written, trafficOf(table))),
    proof,
    confidence: confidenceOfDrop(reason, { table, scans: index.scans ?? null }, { twin, workload }),
  };
}

function describeIndex(definition: IndexDefinition, name: string): Omit<AdviceIndex, 'sizeBytes' | 'height'> {
  const { include, keys, method, predicate, schema, table } = definition;
  return {
    ...{ schema, table, name, method },
    keys: keys.map(({ column, expression, isDescending, nullsFirst, operatorClass }) => ({
      column: column ?? null,
      expression: expression ?? null,
      isDescending: isDescending ?? false,
      nullsFirst: nullsFirst ?? isDescending ?? false,
      operatorClass: operatorClass ?? null,
    })),
    include: [...(include ?? [])],
    predicate: predicate ?? null,
  };
}

function describeWrites(cost: WriteCost): CreateAdvice['writes'] {
  const effect = {
    writesPerDay: cost.entriesPerDay,
    bytesPerDay: cost.bytesPerDay,
    hotUpdatesLostPerDay: cost.hotUpdatesLostPerDay,
    costPerDay: cost.costPerDay,
  };
  return { ...effect, sentence: writeSentence(effect) };
}

/** What the last one adds to those before it: HOT updates are lost once. */
function difference(some: WriteCost, others: WriteCost): WriteCost {
  const less = (a: number, b: number) => Math.max(a - b, 0);
  return {
    costPerDay: less(some.costPerDay, others.costPerDay),
    entriesPerDay: less(some.entriesPerDay, others.entriesPerDay),
    bytesPerDay: less(some.bytesPerDay, others.bytesPerDay),
    hotUpdatesLostPerDay: less(some.hotUpdatesLostPerDay, others.hotUpdatesLostPerDay),
  };
}

/** An index of a partitioned table cannot be dropped without its lock. */
function dropSql(schema: string, name: string, isConcurrent: boolean): string {
  return `drop index ${isConcurrent ? 'concurrently ' : ''}${quoteName(schema)}.${quoteName(name)}`;
}

/** As `pg_get_indexdef` wrote it, but without a standstill. */
function concurrently({ definition }: SnapshotIndex): string {
  return definition.replace(/^create( unique)? index /i, (words) => `${words}CONCURRENTLY `);
}
