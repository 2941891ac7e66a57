// One more field for a collection that has records already.
import { Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Collection } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { say } from '../components/notify.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { collectionsQuery, renewCollections } from './collections.ts';
import { draftFault, newDraft, toField } from './field-draft.ts';
import { FieldEditor } from './field-editor.tsx';

interface AddFieldModalProps {
  readonly collection: Collection;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function AddFieldModal({ collection, isOpen, onClose }: AddFieldModalProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      size={640}
      title={`Add a field to ${collection.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <AddFieldForm collection={collection} onDone={onClose} />
    </Modal>
  );
}

interface AddFieldFormProps {
  readonly collection: Collection;
  readonly onDone: () => void;
}

function AddFieldForm({ collection, onDone }: AddFieldFormProps) {
  const cache = useQueryClient();
  const [draft, setDraft] = useState(newDraft(0));
  const [isChecked, setChecked] = useState(false);
  const targets = (useQuery(collectionsQuery()).data ?? []).map((other) => other.name);
  const existing = collection.fields.map((field, index) => ({ ...newDraft(index + 1), name: field.name }));
  const add = useMutation({
    mutationFn: () => api.data.operator.addField(collection.name, toField(draft)),
    onSuccess: () => {
      void renewCollections(cache);
      say(`${collection.name} has the field ${draft.name}.`);
      onDone();
    },
  });
  const fault = draftFault(draft, existing);
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setChecked(true);
        if (fault === null) add.mutate();
      }}
    >
      {add.isError && <ProblemNotice error={add.error} />}
      <FieldEditor draft={draft} fault={isChecked ? fault : null} targets={targets} onChange={setDraft} />
      <p className="soft small">
        Records that exist have no value in it; a required field can only be added while there are none.
      </p>
      <div className="form-actions">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={add.isPending}>
          Add the field
        </Button>
      </div>
    </form>
  );
}
