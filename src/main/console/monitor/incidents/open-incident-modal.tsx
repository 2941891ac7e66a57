// An incident opened by hand: for what the server cannot see by itself.
import { Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { formText } from '../../components/form-text.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../../components/problem-words.ts';
import { incidentsKey } from './incidents.ts';

interface OpenIncidentModalProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function OpenIncidentModal({ isOpen, onClose }: OpenIncidentModalProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title="Open an incident"
      closeButtonProps={{ 'aria-label': 'Close' }}
      keepMounted={false}
    >
      <OpenIncidentForm onClose={onClose} />
    </Modal>
  );
}

function OpenIncidentForm({ onClose }: { readonly onClose: () => void }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const open = useMutation({
    mutationFn: (title: string) => api.monitor.openIncident(title),
    onSuccess: async ({ incident }) => {
      void cache.invalidateQueries({ queryKey: incidentsKey() });
      onClose();
      await navigate({ to: '/incidents/$incidentId', params: { incidentId: incident.id } });
    },
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        open.mutate(formText(new FormData(event.currentTarget), 'title'));
      }}
    >
      <p className="soft">
        For what the server cannot see by itself. It gathers alerts, notes and what is done from now on; you close it.
      </p>
      {open.isError && !isToldByFields(open.error, ['title']) && <ProblemNotice error={open.error} />}
      <TextField
        label="What is wrong, in a sentence"
        name="title"
        autoComplete="off"
        placeholder="Checkout is slow for some"
        fault={fieldFault(open.error, 'title')}
        data-autofocus
        maxLength={200}
        required
      />
      <div className="form-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={open.isPending}>
          Open it
        </Button>
      </div>
    </form>
  );
}
