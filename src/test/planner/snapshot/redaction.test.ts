import { describe, expect, test } from 'vitest';
import { type Redaction, redactInPlace, SENSITIVE_COLUMNS } from '../../../main/planner/snapshot/redaction.ts';
import type { ColumnStatistics, Snapshot } from '../../../main/planner/snapshot/snapshot.ts';
import { findFault } from '../../../main/planner/snapshot/snapshot-check.ts';
import { smallSnapshot } from './small-snapshot.ts';

const statistics = (of: Snapshot, table: string, column: string) =>
  of.relations.find(({ name }) => name === table)?.columns.find(({ name }) => name === column)?.statistics;

/** Of a copy. */
async function redactSnapshot(snapshot: Snapshot, redaction: Redaction): Promise<Snapshot> {
  const copy = structuredClone(snapshot);
  await redactInPlace(copy, redaction);
  return copy;
}

/** A snapshot with one more column. */
function withColumn(type: string, more: Partial<ColumnStatistics>): Snapshot {
  const snapshot = smallSnapshot();
  const figures = { nullFraction: 0, averageWidthBytes: 8, distinct: -1, ...more };
  snapshot.relations[0]?.columns.push({ name: 'hidden', type, isNotNull: false, statistics: figures });
  return snapshot;
}

const hide = async (type: string, more: Partial<ColumnStatistics>) =>
  statistics(await redactSnapshot(withColumn(type, more), { hash: ['hidden'] }), 'people', 'hidden');

describe('hashed values', async () => {
  const snapshot = smallSnapshot();
  const redacted = await redactSnapshot(snapshot, { hash: ['people.email'] });
  const email = statistics(redacted, 'people', 'email');
  const sentTo = statistics(redacted, 'letters', 'sent_to');

  test('are nowhere to be found, not even in the columns that refer to them', () => {
    expect(JSON.stringify(redacted)).not.toContain('@example.com');
    expect([email?.redaction, sentTo?.redaction]).toEqual(['hashed', 'hashed']);
  });

  test('are equal where they were, across tables', () => {
    // bob@example.com
    expect(sentTo?.commonValues?.[0]).toBe(email?.commonValues?.[1]);
    expect(sentTo?.commonValues?.[1]).not.toBe(email?.commonValues?.[0]);
  });

  test('have the order they had', () => {
    const [zoe = '', bob = ''] = email?.commonValues ?? [];
    const [ann = '', mia = '', tom = ''] = email?.histogram ?? [];
    expect([zoe, bob, ann, mia, tom].toSorted()).toEqual([ann, bob, mia, tom, zoe]);
  });

  test('keep all figures, and other columns are as they were', () => {
    expect(email).toMatchObject({ commonFrequencies: [0.2, 0.1], nullFraction: 0, distinct: -1, averageWidthBytes: 8 });
    expect(statistics(redacted, 'people', 'age')).toEqual(statistics(snapshot, 'people', 'age'));
    expect(snapshot).toEqual(smallSnapshot());
    expect(findFault(redacted)).toBeUndefined();
  });

  test.each([
    ['integer', ['10', '9', '-3'], ['2', '1', '0']],
    ['bigint', ['9007199254740993', '9007199254740992'], ['1', '0']],
    ['numeric(12,2)', ['10.5', '9.75', 'NaN'], ['1', '0', '2']],
    ['date', ['2024-02-01', '1999-12-31', '0044-03-15 BC'], ['2000-01-03', '2000-01-02', '2000-01-01']],
    [
      'timestamp with time zone',
      ['2024-02-01 00:00:00+00', '2023-01-01 00:00:00+00'],
      ['2000-01-01 00:01:00', '2000-01-01 00:00:00'],
    ],
    [
      'uuid',
      ['b0000000-0000-0000-0000-000000000000', 'a0000000-0000-0000-0000-000000000000'],
      ['00000001-0000-4000-8000-000000000000', '00000000-0000-4000-8000-000000000000'],
    ],
    ['bytea', ['\\xff', '\\x00'], ['\\x00000001', '\\x00000000']],
    ['inet', ['9.9.9.9', '1.1.1.1'], ['10.0.0.1', '10.0.0.0']],
    ['public.citext', ['b', 'a'], ['h00000001', 'h00000000']],
  ])('of %s can be read by the type', async (type, values, standIns) => {
    const found = await hide(type, { commonValues: values, commonFrequencies: values.map(() => 0.1) });
    expect(found?.commonValues).toEqual(standIns);
  });

  test('of a type that has no stand-ins are left out', async () => {
    const values = { commonValues: ['{"a": 1}'], commonFrequencies: [0.5] };
    for (const type of ['jsonb', 'shop.mood', 'tstzrange', 'boolean']) {
      expect(await hide(type, values)).toEqual({
        nullFraction: 0,
        averageWidthBytes: 8,
        distinct: -1,
        redaction: 'omitted',
      });
    }
  });

  test('of elements stand in their order, each with its frequency', async () => {
    const found = await hide('text[]', {
      ...{ commonValues: ['{b,a}'], commonFrequencies: [0.1] },
      ...{ commonElements: ['b', 'c', 'a'], commonElementFrequencies: [0.2, 0.3, 0.1, 0.1, 0.3, 0] },
      elementCounts: [1, 2, 3],
    });
    expect(found).toEqual({
      ...{ nullFraction: 0, averageWidthBytes: 8, distinct: -1, redaction: 'hashed' },
      ...{ commonElements: ['h00000000', 'h00000001', 'h00000002'] },
      ...{ commonElementFrequencies: [0.1, 0.2, 0.3, 0.1, 0.3, 0], elementCounts: [1, 2, 3] },
    });
  });

  test('have the order of the database’s language', async () => {
    const values = { histogram: ['a', 'B', 'c'] };
    const english = withColumn('text', values);
    english.locale = { collate: 'en_US.UTF-8', ctype: 'en_US.UTF-8', provider: 'c', encoding: 'UTF8' };
    const more = { commonValues: ['b'], commonFrequencies: [0.1] };
    english.relations[0]?.columns.at(-1) && Object.assign(english.relations[0].columns.at(-1)?.statistics ?? {}, more);
    const found = statistics(await redactSnapshot(english, { hash: ['hidden'] }), 'people', 'hidden');
    expect([found?.histogram, found?.commonValues]).toEqual([['h00000000', 'h00000002', 'h00000003'], ['h00000001']]);
  });

  test('tell nothing of the first and the last value but their order', async () => {
    const values = { histogram: ['b', 'c'], ends: ['a', 'd'] };
    const hashed = statistics(
      await redactSnapshot(withColumn('text', values), { hash: ['hidden'] }),
      'people',
      'hidden',
    );
    expect(hashed?.ends).toEqual(['h00000000', 'h00000003']);
    const omitted = statistics(
      await redactSnapshot(withColumn('text', values), { omit: ['hidden'] }),
      'people',
      'hidden',
    );
    expect(omitted).not.toHaveProperty('ends');
  });
});

describe('what is redacted', () => {
  test('is named by column, table and column, or all three, with stars, whatever the case', async () => {
    for (const pattern of ['EMAIL', 'people.email', 'public.people.email', '*mail', 'p*.e*', 'public.*.email']) {
      expect(statistics(await redactSnapshot(smallSnapshot(), { hash: [pattern] }), 'people', 'email')?.redaction).toBe(
        'hashed',
      );
    }
    for (const pattern of ['mail', 'letters.email', 'e.mail', 'email.people', 'e?ail', '[e]mail']) {
      expect(
        statistics(await redactSnapshot(smallSnapshot(), { hash: [pattern] }), 'people', 'email')?.redaction,
      ).toBeUndefined();
    }
  });

  test('is left out where both say so, with all that refers to it', async () => {
    const redacted = await redactSnapshot(smallSnapshot(), { hash: ['email'], omit: ['letters.sent_to'] });
    const left = { nullFraction: 0, averageWidthBytes: 8, distinct: -1, redaction: 'omitted' };
    expect(statistics(redacted, 'people', 'email')).toEqual(left);
    expect(statistics(redacted, 'letters', 'sent_to')).toEqual(left);
  });

  test('is also what partitions, generated columns and expressions in indexes hold of it', async () => {
    const snapshot = smallSnapshot();
    const [people] = snapshot.relations;
    const values = () => ({ nullFraction: 0, averageWidthBytes: 8, distinct: -1, histogram: ['ann@x', 'tom@x'] });
    people?.columns.push({
      ...{ name: 'lowered', type: 'text', isNotNull: false, statistics: values() },
      generated: { kind: 'stored', expression: 'lower(email)' },
    });
    const parts = { schema: 'public', name: 'people', bound: 'DEFAULT' };
    const column = {
      name: 'email',
      type: 'text',
      isNotNull: true,
      statistics: values(),
      inheritedStatistics: values(),
    };
    if (people)
      snapshot.relations.push({ ...people, name: 'people_1', columns: [column], partitionOf: parts, constraints: [] });
    const [index] = snapshot.indexes;
    if (index) index.keys = [{ expression: 'lower(email)', type: 'text' }];
    if (index) index.expressionStatistics = { '1': values() };
    const redacted = await redactSnapshot(snapshot, { hash: ['people.email'] });
    expect(JSON.stringify(redacted)).not.toMatch(/ann@|tom@|bob@/);
    expect(redacted.indexes[0]?.expressionStatistics?.['1']).toMatchObject({
      redaction: 'hashed',
      histogram: ['h00000000', 'h00000001'],
    });
  });

  test('is, where nothing is said, what sounds personal or secret', async () => {
    const names = [
      'email',
      'new_email_key',
      'password_hash',
      'access_token',
      'phone_number',
      'last_used_ip',
      'first_name',
    ];
    for (const name of names) {
      const snapshot = withColumn('text', { histogram: ['a', 'b'] });
      const column = snapshot.relations[0]?.columns.at(-1);
      if (column) column.name = name;
      expect(
        (await redactSnapshot(snapshot, { hash: SENSITIVE_COLUMNS })).relations[0]?.columns.at(-1)?.statistics
          ?.redaction,
        name,
      ).toBe('hashed');
    }
    for (const name of ['id', 'created_at', 'status', 'total', 'description', 'zip_file', 'shipping']) {
      const snapshot = withColumn('text', { histogram: ['a', 'b'] });
      const column = snapshot.relations[0]?.columns.at(-1);
      if (column) column.name = name;
      expect(
        (await redactSnapshot(snapshot, { hash: SENSITIVE_COLUMNS })).relations[0]?.columns.at(-1)?.statistics
          ?.redaction,
        name,
      ).toBeUndefined();
    }
  });
});
