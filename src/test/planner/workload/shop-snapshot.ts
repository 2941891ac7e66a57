/** A small shop as a snapshot, written by hand: what these tests read statements against. */

import type {
  ColumnStatistics,
  Snapshot,
  SnapshotColumn,
  SnapshotObject,
  SnapshotRelation,
} from '../../../main/planner/snapshot/snapshot.ts';

export function statisticsOf(changes: Partial<ColumnStatistics> = {}): ColumnStatistics {
  return { nullFraction: 0, averageWidthBytes: 8, distinct: -1, ...changes };
}

export function columnOf(name: string, type: string, statistics?: ColumnStatistics): SnapshotColumn {
  return { name, type, isNotNull: false, ...(statistics ? { statistics } : {}) };
}

function table(name: string, columns: SnapshotColumn[]): SnapshotRelation {
  const size = { blocks: 10_000, pages: 10_000, tuples: 1_000_000, allVisiblePages: 9_000 };
  return { schema: 'public', name, kind: 'table', columns, constraints: [], size, toastBlocks: 0 };
}

function object(kind: SnapshotObject['kind'], name: string, definition: string): SnapshotObject {
  return { schema: 'public', name, kind, definition };
}

const days = Array.from({ length: 101 }, (_, day) => new Date(Date.UTC(2026, 7, 1 + day)).toISOString());
const hundred = Array.from({ length: 101 }, (_, place) => String(place * 10));

export const shop: Snapshot = {
  format: 1,
  takenAt: '2026-11-10T12:00:00.000Z',
  database: 'shop',
  server: { versionNumber: 180_000, version: '18.0' },
  settings: {},
  searchPath: ['public'],
  extensions: [],
  schemas: ['public'],
  objects: [
    object('enum', 'mood', "create type public.mood as enum ('glad', 'sad')"),
    object('domain', 'address', 'create domain public.address as text check (value like $$%@%$$)'),
    object(
      'view',
      'active_users',
      'create view public.active_users as select u.id, u.email as mail, u.created_at from public.users u where u.is_active',
    ),
  ],
  relations: [
    table('users', [
      columnOf('id', 'bigint', statisticsOf({ histogram: hundred })),
      columnOf('email', 'address', statisticsOf({ histogram: ['anna@x', 'mia@x', 'zoe@x'] })),
      columnOf('name', 'character varying(80)'),
      columnOf('is_active', 'boolean'),
      columnOf('mood', 'mood'),
      columnOf('created_at', 'timestamp with time zone', statisticsOf({ histogram: days })),
    ]),
    table('orders', [
      columnOf('id', 'bigint', statisticsOf({ histogram: hundred })),
      columnOf('user_id', 'bigint', statisticsOf({ distinct: 5_000, histogram: hundred })),
      columnOf(
        'status',
        'text',
        statisticsOf({ distinct: 3, commonValues: ['done', 'open', 'lost'], commonFrequencies: [0.9, 0.09, 0.01] }),
      ),
      columnOf(
        'tags',
        'text[]',
        statisticsOf({ commonElements: ['gift', 'new', 'sale'], commonElementFrequencies: [0.1, 0.2, 0.3, 0.1, 0.3] }),
      ),
      columnOf('details', 'jsonb'),
      columnOf('placed_at', 'timestamp with time zone', statisticsOf({ histogram: days })),
      columnOf('secret', 'text', statisticsOf({ distinct: -1, redaction: 'omitted' })),
      columnOf('total', 'numeric(10,2)', statisticsOf({ histogram: hundred })),
    ]),
    table('Odd "Table"', [
      columnOf('Größe', 'integer', statisticsOf({ histogram: hundred })),
      columnOf('id', 'integer'),
    ]),
  ],
  indexes: [],
  countedSince: null,
  gaps: [],
};
