// A new collection: its name and its fields.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Field } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { CurlLine } from '../components/curl-line.tsx';
import { TextField } from '../components/field.tsx';
import { say } from '../components/notify.ts';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { fieldFault } from '../components/problem-words.ts';
import { collectionsQuery, renewCollections } from './collections.ts';
import { draftFault, type FieldDraft, nameFault, newDraft, toField } from './field-draft.ts';
import { FieldEditor } from './field-editor.tsx';

function useCreateCollection() {
  const navigate = useNavigate();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (wish: { readonly name: string; readonly fields: Field[] }) => api.data.operator.createCollection(wish),
    onSuccess: ({ name }) => {
      void renewCollections(cache);
      say(`${name} is ready for records.`);
      void navigate({ to: '/collections/$collection', params: { collection: name } });
    },
  });
}

export function NewCollectionScreen() {
  const [name, setName] = useState('');
  const [drafts, setDrafts] = useState<readonly FieldDraft[]>([newDraft(1)]);
  // Faults are said once someone has tried to finish, not while they type.
  const [isChecked, setChecked] = useState(false);
  const others = (useQuery(collectionsQuery()).data ?? []).map((other) => other.name);
  const create = useCreateCollection();
  const submit = () => {
    setChecked(true);
    const isSound = nameFault(name) === null && drafts.every((draft) => draftFault(draft, drafts) === null);
    if (isSound) create.mutate({ name, fields: drafts.map(toField) });
  };
  const ownFault = isChecked ? nameFault(name) : null;

  return (
    <form
      className="new-collection"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <PageHeader parent={<Link to="/collections">Collections</Link>} title="Create a collection">
        It becomes a Postgres table. Every record has an id, an owner, and the times when it was created and changed by
        itself.
      </PageHeader>
      {create.isError && <ProblemNotice error={create.error} />}
      <CollectionName name={name} fault={ownFault ?? fieldFault(create.error, 'name')} onChange={setName} />
      <FieldDrafts
        drafts={drafts}
        isChecked={isChecked}
        targets={nameFault(name) === null ? [...others, name] : others}
        onChange={setDrafts}
      />
      <SameByCommand name={name} drafts={drafts} />
      <div className="form-actions">
        <Link to="/collections" className="button" data-weight="plain">
          Cancel
        </Link>
        <Button type="submit" weight="primary" isBusy={create.isPending}>
          Create the collection
        </Button>
      </div>
    </form>
  );
}

interface CollectionNameProps {
  readonly name: string;
  readonly fault: string | null;
  readonly onChange: (name: string) => void;
}

function CollectionName({ name, fault, onChange }: CollectionNameProps) {
  return (
    <div className="new-collection-name">
      <TextField
        label="Name"
        value={name}
        fault={fault}
        hint="As it stands in the address: small letters, digits and _."
        placeholder="notes"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

/** The command grows with what is typed, from a name that works. */
function SameByCommand({ name, drafts }: { readonly name: string; readonly drafts: readonly FieldDraft[] }) {
  const fields = drafts.filter((draft) => draft.name !== '').map(toField);
  return (
    <div className="section">
      <p className="small faint">The same from a terminal</p>
      <CurlLine method="POST" path="/v1/data/collections" body={{ name: name || 'notes', fields }} />
    </div>
  );
}

interface FieldDraftsProps {
  readonly drafts: readonly FieldDraft[];
  readonly isChecked: boolean;
  readonly targets: readonly string[];
  readonly onChange: (drafts: readonly FieldDraft[]) => void;
}

function FieldDrafts({ drafts, isChecked, targets, onChange }: FieldDraftsProps) {
  const nextKey = Math.max(0, ...drafts.map((draft) => draft.key)) + 1;
  return (
    <section className="field-list">
      <h2>Fields</h2>
      {drafts.map((draft) => (
        <FieldEditor
          key={draft.key}
          draft={draft}
          fault={isChecked ? draftFault(draft, drafts) : null}
          targets={targets}
          onChange={(changed) => onChange(drafts.map((other) => (other.key === changed.key ? changed : other)))}
          onRemove={() => onChange(drafts.filter((other) => other.key !== draft.key))}
        />
      ))}
      <div className="new-collection-add">
        <Button icon="plus" onClick={() => onChange([...drafts, newDraft(nextKey)])}>
          Add a field
        </Button>
      </div>
    </section>
  );
}
