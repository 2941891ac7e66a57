/** A snapshot of two tables, made by hand. */

import type { Snapshot } from '../../../main/planner/snapshot/snapshot.ts';

export function smallSnapshot(): Snapshot {
  return {
    format: 1,
    takenAt: '2026-11-23T12:00:00.000Z',
    database: 'shop',
    server: { versionNumber: 180004, version: '18.4' },
    settings: { work_mem: '4MB' },
    locale: { collate: 'C', ctype: 'C', provider: 'c', encoding: 'UTF8' },
    searchPath: ['public'],
    extensions: [],
    schemas: ['public'],
    objects: [
      {
        schema: 'public',
        name: 'mood',
        kind: 'enum',
        definition: `create type "public"."mood" as enum ('sad', 'glad')`,
      },
    ],
    relations: [
      {
        schema: 'public',
        name: 'people',
        kind: 'table',
        columns: [
          { name: 'id', type: 'bigint', isNotNull: true, statistics: figures({ histogram: ['1', '500', '1000'] }) },
          {
            name: 'email',
            type: 'text',
            isNotNull: true,
            statistics: figures({
              commonValues: ['zoe@example.com', 'bob@example.com'],
              commonFrequencies: [0.2, 0.1],
              histogram: ['ann@example.com', 'mia@example.com', 'tom@example.com'],
            }),
          },
          {
            name: 'age',
            type: 'integer',
            isNotNull: false,
            statistics: figures({ commonValues: ['9', '10'], commonFrequencies: [0.5, 0.4] }),
          },
        ],
        constraints: [
          {
            name: 'people_pkey',
            kind: 'primary',
            definition: 'PRIMARY KEY (id)',
            isValidated: true,
            columns: ['id'],
            index: 'people_pkey',
          },
        ],
        size: { blocks: 100, pages: 100, tuples: 1000, allVisiblePages: 100 },
        toastBlocks: 0,
      },
      {
        schema: 'public',
        name: 'letters',
        kind: 'table',
        columns: [
          {
            name: 'sent_to',
            type: 'character varying(80)',
            isNotNull: true,
            statistics: figures({
              commonValues: ['bob@example.com', 'kim@example.com'],
              commonFrequencies: [0.3, 0.2],
            }),
          },
        ],
        constraints: [
          {
            name: 'letters_to_fk',
            kind: 'foreign',
            definition: 'FOREIGN KEY (sent_to) REFERENCES people(email)',
            isValidated: true,
            columns: ['sent_to'],
            references: { schema: 'public', name: 'people', columns: ['email'] },
          },
        ],
        size: { blocks: 10, pages: 10, tuples: 200, allVisiblePages: 0 },
        toastBlocks: 0,
      },
    ],
    indexes: [
      {
        schema: 'public',
        name: 'people_pkey',
        table: { schema: 'public', name: 'people' },
        definition: 'CREATE UNIQUE INDEX people_pkey ON public.people USING btree (id)',
        method: 'btree',
        keys: [{ column: 'id' }],
        include: [],
        isUnique: true,
        isPrimary: true,
        isValid: true,
        isNeeded: true,
        size: { blocks: 5, pages: 5, tuples: 1000 },
        scans: 3,
      },
    ],
    countedSince: null,
    gaps: [],
  };
}

function figures(more: object) {
  return { nullFraction: 0, averageWidthBytes: 8, distinct: -1, ...more };
}
