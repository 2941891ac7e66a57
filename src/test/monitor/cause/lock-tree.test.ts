import { describe, expect, test } from 'vitest';
import type { Lease } from '../../../main/database/index.ts';
import { buildLockTrees } from '../../../main/monitor/cause/lock-tree.ts';
import type { LockNode } from '../../../main/monitor/cause/schema.ts';
import type { Backend } from '../../../main/monitor/samples/backend.ts';

function backend(pid: number, blockedBy: number[] = [], more: Partial<Backend> = {}): Backend {
  return {
    ...{ pid, blockedBy, leaderPid: null, backendType: 'client backend', databaseName: 'd', userName: 'u' },
    ...{ isSuperuser: false, isOurRole: true, applicationName: 'app', clientAddress: null, state: 'active' },
    ...{ waitEventType: blockedBy.length > 0 ? 'Lock' : null, waitEvent: null, backendStart: '', queryStart: null },
    ...{ transactionStart: null, transactionMs: 1_000, queryMs: 1_000, stateMs: 1_000, query: 'select ?' },
    ...{ statement: 'select ?', holdsReplicationSlot: false, isKept: false, lease: undefined },
    ...more,
  };
}

const lease = (lane: string) => ({ admitted: { lane } }) as Lease;

/** `1(2(3) 4)`. */
const shape = ({ pid, victims }: LockNode): string =>
  victims.length === 0 ? `${pid}` : `${pid}(${victims.map(shape).join(' ')})`;

const shapes = (...backends: Backend[]) => buildLockTrees(backends).map(({ root }) => shape(root));

describe('a tree', () => {
  test('has at its root who waits for nobody', () => {
    expect(shapes(backend(1), backend(2, [1]), backend(3, [2]), backend(4, [1]))).toEqual(['1(2(3) 4)']);
  });

  test('is one for each root, the heaviest first', () => {
    const long = { queryMs: 60_000 };
    expect(shapes(backend(1), backend(2, [1]), backend(8), backend(9, [8], long))).toEqual(['8(9)', '1(2)']);
  });

  test('weighs its victims by lane and by how long they wait', () => {
    const log = { lease: lease('critical'), queryMs: 2_000 };
    const report = { lease: lease('bulk'), queryMs: 3_000 };
    const [tree] = buildLockTrees([backend(1), backend(2, [1], log), backend(3, [1], report), backend(4, [1])]);
    expect(tree).toMatchObject({ weight: 8 * 2 + 2 * 3 + 1, victims: 3, ownVictims: 2 });
  });

  test('counts a victim once, as near to the root as it stands', () => {
    expect(shapes(backend(1), backend(2, [1]), backend(3, [1, 2]))).toEqual(['1(2 3)']);
  });

  test('stands on a prepared transaction, which nobody sees', () => {
    const [tree] = buildLockTrees([backend(2, [0])]);
    expect(tree?.root).toMatchObject({ pid: 0, state: 'prepared transaction', victims: [{ pid: 2 }] });
    expect(tree?.holder).toBeUndefined();
  });

  test('stands on a session that has gone since', () => {
    expect(shapes(backend(2, [77]))).toEqual(['77(2)']);
  });
});

test('a parallel worker stands for its leader, on both sides', () => {
  const worker = { leaderPid: 2, backendType: 'parallel worker' };
  expect(shapes(backend(1), backend(2), backend(21, [1], worker), backend(22, [1], worker))).toEqual(['1(2)']);
  expect(shapes(backend(2), backend(21, [], worker), backend(3, [21]))).toEqual(['2(3)']);
  expect(shapes(backend(2), backend(21, [2], worker))).toEqual([]);
});

test('a circle is cut at the oldest transaction and ends', () => {
  const oldest = { transactionMs: 9_000 };
  expect(shapes(backend(1, [2]), backend(2, [3], oldest), backend(3, [1]), backend(4, [1]))).toEqual(['2(1(3 4))']);
  expect(shapes(backend(1, [1]))).toEqual([]);
});

test('two thousand in one queue, each behind the one before, are one tree', () => {
  const queue = Array.from({ length: 2_000 }, (_, at) => backend(at + 1, at === 0 ? [] : [at]));
  const [tree] = buildLockTrees(queue);
  expect([tree?.victims, tree?.root.pid]).toEqual([1_999, 1]);
});

describe('a schema change that waits itself', () => {
  test.each(['alter table t add column c int', 'create unique index i on t (c)', 'truncate t', 'vacuum full t'])(
    '%s, with others behind it, is named',
    (query) => {
      const [tree] = buildLockTrees([backend(1), backend(2, [1], { query }), backend(3, [2])]);
      expect(tree?.queuedDdl?.pid).toBe(2);
    },
  );

  test('with nobody behind it, or which is no schema change, is not', () => {
    const ddl = { query: 'alter table t add column c int' };
    expect(buildLockTrees([backend(1), backend(2, [1], ddl)])[0]?.queuedDdl).toBeUndefined();
    expect(buildLockTrees([backend(1, [], ddl), backend(2, [1])])[0]?.queuedDdl).toBeUndefined();
    const update = { query: 'update t set c = ?' };
    expect(buildLockTrees([backend(1), backend(2, [1], update), backend(3, [2])])[0]?.queuedDdl).toBeUndefined();
  });
});
