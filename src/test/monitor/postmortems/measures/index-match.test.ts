import { describe, expect, test } from 'vitest';
import { isProposed, readProposal } from '../../../../main/monitor/postmortems/measures/index-match.ts';

const index = (keys: string[], changes = {}) => ({
  ...{ name: 'i', method: 'btree', isValid: true, isPartial: false, scans: 1 },
  ...{ keys, ...changes },
});
const matches = (sql: string, found: ReturnType<typeof index>) => {
  const proposal = readProposal(sql);
  return proposal !== null && isProposed(found, proposal);
};

describe('a proposal is read', () => {
  test.each([
    ['create index concurrently on shop."order" (status, created_at)', 'shop."order"', ['status', ' created_at']],
    ['CREATE UNIQUE INDEX IF NOT EXISTS i ON notes USING gin (title gin_trgm_ops)', 'notes', ['title gin_trgm_ops']],
    [
      'create index on "a b"."c" ((lower(email)), (coalesce(a, b)))',
      '"a b"."c"',
      ['(lower(email))', ' (coalesce(a, b))'],
    ],
  ])('%s', (sql, table, keys) => {
    expect(readProposal(sql)).toMatchObject({ table, keys });
  });

  test.each(['drop index i', '', 'create index on t', 'create index on t (a', 'create index on t (a) where b'])(
    'and %j is none',
    (sql) => {
      expect(readProposal(sql)).toBeNull();
    },
  );
});

describe('an index is the one that was proposed', () => {
  test.each([
    ['the same', 'create index on t (a, b)', index(['a', 'b']), true],
    ['with more behind', 'create index on t (a, b)', index(['a', 'b', 'c']), true],
    ['quoted as the server does', 'create index on t ("userId")', index(['"userId"']), true],
    ['an expression with casts', 'create index on t ((lower(email)))', index(['lower(email::text)']), true],
    ['an operator class', 'create index on t using gin (a gin_trgm_ops)', index(['a'], { method: 'gin' }), true],
    ['another order', 'create index on t (a, b)', index(['b', 'a']), false],
    ['too short', 'create index on t (a, b)', index(['a']), false],
    ['of another kind', 'create index on t (a)', index(['a'], { method: 'hash' }), false],
    ['for a part of the rows', 'create index on t (a)', index(['a'], { isPartial: true }), false],
  ])('%s', (_name, sql, found, expected) => {
    expect(matches(sql, found)).toBe(expected);
  });
});
