-- Collections are real tables of this schema, one each, under the collection's own name. What describes them stands beside
-- them under names with a leading underscore, which no collection can have.

create schema aquifer_data;

create table aquifer_data._collections (
  -- New for each collection, so that one deleted and made again under the same name is told from its predecessor.
  id uuid primary key,
  name text not null,
  -- Grows with every change of the fields.
  version integer not null default 1,
  created_at timestamptz not null default now(),
  constraint _collections_name_key unique (name),
  constraint _collections_name_form check (name ~ '^[a-z][a-z0-9_]{0,47}$')
);

create table aquifer_data._fields (
  collection_id uuid not null,
  position integer not null,
  name text not null,
  type text not null,
  required boolean not null,
  indexed boolean not null,
  target_id uuid,
  constraint _fields_pkey primary key (collection_id, position),
  constraint _fields_name_key unique (collection_id, name),
  constraint _fields_name_form check (name ~ '^[a-z][a-z0-9_]{0,47}$'),
  constraint _fields_type_known check (type in ('text', 'number', 'boolean', 'timestamp', 'json', 'reference')),
  constraint _fields_target_given check ((type = 'reference') = (target_id is not null)),
  constraint _fields_collection_fkey foreign key (collection_id)
    references aquifer_data._collections (id) on delete cascade,
  -- A collection that others refer to cannot be deleted.
  constraint _fields_target_fkey foreign key (target_id) references aquifer_data._collections (id)
);

create index _fields_target_idx on aquifer_data._fields (target_id) where target_id is not null;
