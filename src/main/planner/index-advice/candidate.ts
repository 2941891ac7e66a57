/**
 * A candidate: an index on one table (on each partition where it has some), made in the twin so that plans can be asked with it.
 * The book keeps each one once and makes many at a time, since making them is what takes longest.
 */

import type { IndexDefinition, TrialIndex, Twin } from '../twin/twin.ts';
import { identityOf } from './index-identity.ts';
import { sum, type TableFacts } from './table-facts.ts';

/** A definition whose schema and table are those of the table as statements name it. */
export interface CandidateDraft {
  table: TableFacts;
  definition: IndexDefinition;
}

export interface Candidate extends CandidateDraft {
  /** Among all of them, from 0. */
  readonly place: number;
  readonly identity: string;
  /** One for each partition. */
  readonly trials: readonly TrialIndex[];
  readonly sizeBytes: number;
  readonly blocks: number;
  readonly height: number;
}

export interface CandidateBook {
  readonly all: readonly Candidate[];
  get(place: number): Candidate;
  /** Those that Postgres will not make (a type without an order, a function that is not immutable) are left out. */
  add(drafts: readonly CandidateDraft[]): Promise<Candidate[]>;
}

export function createCandidateBook(twin: Twin): CandidateBook {
  const all: Candidate[] = [];
  const known = new Map<string, Candidate | null>();
  const keep = (draft: CandidateDraft, identity: string, trials: readonly TrialIndex[]): void => {
    const candidate = {
      ...draft,
      ...{ place: all.length, identity, trials },
      sizeBytes: sum(trials.map((trial) => trial.sizeBytes)),
      blocks: sum(trials.map((trial) => trial.blocks)),
      height: Math.max(...trials.map((trial) => trial.height)),
    };
    all.push(candidate);
    known.set(identity, candidate);
  };
  const makeEach = async (drafts: readonly CandidateDraft[]) => {
    for (const draft of drafts) {
      const identity = identityOf(draft.definition);
      try {
        keep(draft, identity, await twin.addIndexes(perLeaf(draft)));
      } catch {
        known.set(identity, null);
      }
    }
  };
  return {
    all,
    get(place) {
      const candidate = all[place];
      if (!candidate) throw new Error(`there is no candidate ${place}`);
      return candidate;
    },
    async add(drafts) {
      const identities = drafts.map(({ definition }) => identityOf(definition));
      const fresh = new Map<string, CandidateDraft>();
      for (const [place, draft] of drafts.entries()) {
        const identity = identities[place] ?? '';
        if (!known.has(identity) && draft.table.leaves.length > 0) fresh.set(identity, draft);
      }
      await makeTogether([...fresh.values()], { keep, makeEach, twin });
      return [...new Set(identities)].flatMap((identity) => known.get(identity) ?? []);
    },
  };
}

interface Making {
  twin: Twin;
  keep: (draft: CandidateDraft, identity: string, trials: readonly TrialIndex[]) => void;
  makeEach: (drafts: readonly CandidateDraft[]) => Promise<void>;
}

/** All at once; where Postgres refuses one of them, each by itself. */
async function makeTogether(drafts: readonly CandidateDraft[], { keep, makeEach, twin }: Making): Promise<void> {
  if (drafts.length === 0) return;
  const definitions = drafts.map(perLeaf);
  let trials: TrialIndex[];
  try {
    trials = await twin.addIndexes(definitions.flat());
  } catch {
    await makeEach(drafts);
    return;
  }
  let next = 0;
  for (const [place, draft] of drafts.entries()) {
    const count = definitions[place]?.length ?? 0;
    keep(draft, identityOf(draft.definition), trials.slice(next, next + count));
    next += count;
  }
}

function perLeaf({ definition, table }: CandidateDraft): IndexDefinition[] {
  return table.leaves.map(({ name, schema }) => ({ ...definition, schema, table: name }));
}
