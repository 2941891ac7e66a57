/**
 * The SQL on a collection's records, written from its definition. Names get into a text only through `quoteName`, values only
 * as parameters, each with its type; and how many texts a collection can have does not depend on what callers send, because
 * every one of them is prepared on every connection.
 */

import { generatedStatement, type LaneName, type Statement } from '../database/index.ts';
import { type CollectionDefinition, columnTypes, type FieldDefinition, quoteName, tableOf } from './definition.ts';
import type { StoredValue } from './record-values.ts';

export interface RecordRow {
  id: string;
  /** Only where an operator lists. */
  owner_id?: string;
  created_at: Date;
  updated_at: Date;
  /** How many rows the page had before it was cut to its share of bytes; only in lists. */
  _page_rows?: string;
  [field: string]: unknown;
}

export type RecordStatement = Statement<StoredValue[], RecordRow>;

/** One way of listing. Each is served by one index, in its order, from one point on. */
export type ListShape =
  | { by: 'id'; isDescending: boolean; where?: FieldDefinition }
  /** The records that have a value in the field: from the first on, or from after a position. */
  | { by: 'value'; isDescending: boolean; field: FieldDefinition; isContinued: boolean }
  /** The records that have none, which come last, or first in descending order. */
  | { by: 'null'; isDescending: boolean; field: FieldDefinition }
  /** Across owners, for operators. */
  | { by: 'any_owner' }
  | { by: 'one_owner' };

export interface RecordStatements {
  readonly insert: RecordStatement;
  readonly find: RecordStatement;
  readonly update: RecordStatement;
  readonly remove: Statement<StoredValue[], never>;
  list(shape: ListShape): RecordStatement;
}

/** A page stops growing here, however many records were asked for: what is read is held in memory by us. */
const PAGE_BYTES = 4_000_000;

export function createRecordStatements(definition: CollectionDefinition): RecordStatements {
  const declare = <Row extends object>(verb: string, text: string, lane: LaneName = 'interactive') =>
    generatedStatement<StoredValue[], Row>({
      name: `data.${verb.replace('*', definition.name)}`,
      lane,
      deadlineMs: lane === 'bulk' ? 10_000 : 5_000,
      // One row by its key is short enough to share a connection with others.
      isShared: verb.startsWith('findRecord'),
      text,
    });
  const memory = new Map<string, unknown>();
  const once = <Made>(key: string, make: () => Made): Made => {
    if (!memory.has(key)) memory.set(key, make());
    return memory.get(key) as Made;
  };
  return {
    get insert() {
      return once('insert', () => declare<RecordRow>('insertRecord(*)', insertText(definition)));
    },
    get find() {
      return once('find', () => declare<RecordRow>('findRecord(*)', findText(definition)));
    },
    get update() {
      return once('update', () => declare<RecordRow>('updateRecord(*)', updateText(definition)));
    },
    get remove() {
      return once('remove', () => declare<never>('deleteRecord(*)', deleteText(definition)));
    },
    list: (shape) => {
      const lane = shape.by === 'any_owner' || shape.by === 'one_owner' ? 'bulk' : 'interactive';
      const verb = `listRecords(*${describeShape(shape)})`;
      return once(verb, () => declare<RecordRow>(verb, listText(definition, shape), lane));
    },
  };
}

/** What stands behind the collection's name in the statement's: nothing for the list that everyone asks for. */
function describeShape(shape: ListShape): string {
  switch (shape.by) {
    case 'id':
      return `${shape.where ? ` where ${shape.where.name}` : ''}${shape.isDescending ? '' : ' by created'}`;
    case 'value':
      return ` by ${shape.isDescending ? '-' : ''}${shape.field.name}${shape.isContinued ? ', continued' : ''}`;
    case 'null':
      return ` by ${shape.isDescending ? '-' : ''}${shape.field.name}, without value`;
    case 'any_owner':
      return ' of all owners';
    case 'one_owner':
      return ' of one owner';
  }
}

/**
 * The table under a name of this very collection. Postgres keeps a prepared text's types for as long as its connection lives:
 * a collection made again under an old name, with other types, must not meet the texts of its predecessor.
 */
function aliasedTable({ id, name }: CollectionDefinition): string {
  return `${tableOf(name)} as collection_${id.slice(-12)}`;
}

const parameter = (position: number, field: FieldDefinition) => `$${position}::${columnTypes[field.type]}`;

function columnsOf(definition: CollectionDefinition, withOwner = false): string[] {
  const fields = definition.fields.map(({ name }) => quoteName(name));
  return ['id', ...(withOwner ? ['owner_id'] : []), 'created_at', 'updated_at', ...fields];
}

function insertText(definition: CollectionDefinition): string {
  const { fields } = definition;
  return `
  insert into ${aliasedTable(definition)} (${['id', 'owner_id', ...fields.map((field) => quoteName(field.name))].join(', ')})
  values (${['$1::uuid', '$2::uuid', ...fields.map((field, index) => parameter(index + 3, field))].join(', ')})
  returning ${columnsOf(definition).join(', ')}`;
}

function findText(definition: CollectionDefinition): string {
  return `
  select ${columnsOf(definition).join(', ')}
  from ${aliasedTable(definition)}
  where owner_id = $1::uuid
    and id = $2::uuid`;
}

/** One text for every choice of fields, each with a flag that says whether it changes. */
function updateText(definition: CollectionDefinition): string {
  const changes = definition.fields.map((field, index) => {
    const column = quoteName(field.name);
    const flag = 3 + index * 2;
    return `${column} = case when $${flag}::boolean then ${parameter(flag + 1, field)} else ${column} end`;
  });
  return `
  update ${aliasedTable(definition)}
  set ${['updated_at = now()', ...changes].join(',\n    ')}
  where owner_id = $1::uuid
    and id = $2::uuid
  returning ${columnsOf(definition).join(', ')}`;
}

function deleteText(definition: CollectionDefinition): string {
  return `
  delete from ${aliasedTable(definition)}
  where owner_id = $1::uuid
    and id = $2::uuid`;
}

/** The parameters are, in this order: owner, value of the filter or the position, id of the position, count. */
function listText(definition: CollectionDefinition, shape: ListShape): string {
  const { conditions, order } = clausesOf(shape);
  const columns = columnsOf(definition, shape.by === 'any_owner' || shape.by === 'one_owner');
  const page = `
  select ${columns.join(', ')}
  from ${aliasedTable(definition)}
  where ${conditions.join('\n    and ')}
  order by ${order}
  limit $${conditions.join(' ').split('$').length}::integer`;
  const sizes = definition.fields.flatMap(sizeOf);
  if (sizes.length === 0) return page;
  const bytes = sizes.join(' + ');
  return `
select ${[...columns, '_page_rows'].join(', ')}
from (
  select ${columns.join(', ')},
    sum(${bytes}) over (order by ${order} rows unbounded preceding) - (${bytes}) as _bytes_before,
    count(*) over () as _page_rows
  from (${page.replaceAll('\n', '\n  ')}
  ) as page
) as measured
where _bytes_before < ${PAGE_BYTES}
order by ${order}`;
}

function clausesOf(shape: ListShape): { conditions: string[]; order: string } {
  const owner = 'owner_id = $1::uuid';
  if (shape.by === 'any_owner') {
    return { conditions: ['(owner_id, id) < ($1::uuid, $2::uuid)'], order: 'owner_id desc, id desc' };
  }
  if (shape.by === 'one_owner') return { conditions: [owner, 'id < $2::uuid'], order: 'id desc' };
  const [after, direction] = shape.isDescending ? ['<', ' desc'] : ['>', ''];
  if (shape.by === 'id') {
    const filter = shape.where ? [`${quoteName(shape.where.name)} = ${parameter(2, shape.where)}`] : [];
    const position = `id ${after} $${filter.length + 2}::uuid`;
    return { conditions: [owner, ...filter, position], order: `id${direction}` };
  }
  const column = quoteName(shape.field.name);
  const order = `${column}${direction}, id${direction}`;
  if (shape.by === 'null') return { conditions: [owner, `${column} is null`, `id ${after} $2::uuid`], order };
  const from = shape.isContinued
    ? `(${column}, id) ${after} (${parameter(2, shape.field)}, $3::uuid)`
    : `${column} is not null`;
  return { conditions: [owner, from], order };
}

function sizeOf(field: FieldDefinition): string[] {
  if (field.type === 'text') return [`coalesce(octet_length(${quoteName(field.name)}), 0)`];
  if (field.type === 'json') return [`coalesce(octet_length(${quoteName(field.name)}::text), 0)`];
  return [];
}
