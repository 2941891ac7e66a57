/**
 * A column whose texts are encrypted, as whoever replaces the key walks through it: a batch at a time in the order of its
 * key, each text replaced only where it is still the one that was read.
 */

import type { SealedPlace } from '../foundation/sealed-place.ts';
import { type Statement, statement } from './statement.ts';

export interface SealedRow {
  id: string;
  /** What it was sealed for. */
  bearer: string;
  sealed: Buffer;
}

export interface SealedColumn {
  /** For people, such as `authenticator apps`. */
  readonly name: string;
  /** Before the ids of all rows: where a walk begins. */
  readonly firstId: string;
  readonly read: Statement<[afterId: string, limit: number], SealedRow>;
  readonly replace: Statement<[id: string, before: Buffer, after: Buffer], never>;
}

const BEFORE_ALL = { uuid: '00000000-0000-0000-0000-000000000000', text: '' } as const;

export function sealedColumn(place: SealedPlace): SealedColumn {
  const { name, statements, table, column, key = 't.id', keyType = 'uuid', bearer } = place;
  const { unindexedBecause } = place;
  const options = { lane: 'background', deadlineMs: 10_000 } as const;
  const excuse = unindexedBecause === undefined ? {} : { unindexedBecause };
  return {
    name,
    firstId: BEFORE_ALL[keyType],
    read: statement<[afterId: string, limit: number], SealedRow>({
      ...{ name: `${statements}Read`, ...options, ...excuse },
      text: `
        select
          (${key})::text as id,
          ${bearer} as bearer,
          t.${column} as sealed
        from ${table} t
        where ${key} > $1::${keyType} and t.${column} is not null
        order by ${key}
        limit $2`,
    }),
    replace: statement<[id: string, before: Buffer, after: Buffer]>({
      ...{ name: `${statements}Replace`, ...options, ...excuse },
      text: `
        update ${table} t
        set ${column} = $3
        where ${key} = $1::${keyType} and t.${column} = $2`,
    }),
  };
}
