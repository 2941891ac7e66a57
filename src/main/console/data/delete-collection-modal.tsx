// The end of a collection: says what will be lost, and asks for its name.
import { Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Collection } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { TextField } from '../components/field.tsx';
import { say } from '../components/notify.ts';
import { approximateWords } from '../components/number-words.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { collectionsKey, collectionsQuery, renewCollections } from './collections.ts';

interface DeleteCollectionModalProps {
  readonly collection: Collection;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function DeleteCollectionModal({ collection, isOpen, onClose }: DeleteCollectionModalProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={`Delete ${collection.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <DeleteCollectionForm collection={collection} onCancel={onClose} />
    </Modal>
  );
}

interface DeleteCollectionFormProps {
  readonly collection: Collection;
  readonly onCancel: () => void;
}

function DeleteCollectionForm({ collection, onCancel }: DeleteCollectionFormProps) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [typed, setTyped] = useState('');
  const all = useQuery(collectionsQuery()).data ?? [];
  const remove = useMutation({
    mutationFn: () => api.data.operator.deleteCollection(collection.name),
    onSuccess: async () => {
      say(`${collection.name} is deleted.`);
      await navigate({ to: '/collections' });
      cache.removeQueries({ queryKey: [...collectionsKey(), 'one', collection.name] });
      await renewCollections(cache);
    },
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === collection.name) remove.mutate();
      }}
    >
      <p>{lossWords(collection)}</p>
      <ReferringCollections collection={collection} all={all} />
      {remove.isError && <ProblemNotice error={remove.error} />}
      <TextField
        label={`Type ${collection.name} to delete it`}
        value={typed}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        data-autofocus
        onChange={(event) => setTyped(event.target.value)}
      />
      <div className="form-actions">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" weight="danger" disabled={typed !== collection.name} isBusy={remove.isPending}>
          Delete {collection.name}
        </Button>
      </div>
    </form>
  );
}

/** What goes with it, in one sentence. */
export function lossWords({ approximateCount, name }: Pick<Collection, 'approximateCount' | 'name'>): string {
  if (approximateCount === 0) return `${name} has no records. Its table and its fields will be gone.`;
  const records = approximateCount === 1 ? 'Its one record' : `Its records, ${approximateWords(approximateCount)},`;
  return `${records} will be lost for every user. Only a backup of the database can bring them back.`;
}

function ReferringCollections({
  collection,
  all,
}: {
  readonly collection: Collection;
  readonly all: readonly Collection[];
}) {
  const referring = all.filter(
    (other) =>
      other.name !== collection.name &&
      other.fields.some((field) => field.type === 'reference' && field.target === collection.name),
  );
  if (referring.length === 0) return null;
  return <p className="soft">Records in {referring.map((other) => other.name).join(', ')} refer to it.</p>;
}
