// Something hurt and nothing was said: when it was, and which rule should have spoken. It learns, once one has seen what from.
import { Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { MissedRequest } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { fromLocalField, toLocalField } from '../../components/clock-words.ts';
import { SelectField, TextArea, TextField } from '../../components/field.tsx';
import { formText, optionalFormText } from '../../components/form-text.ts';
import { say } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../../components/problem-words.ts';
import { alertRulesKey, alertRulesQuery, alertsKey } from './alerts.ts';
import { ReplayView } from './replay-view.tsx';

interface MissedModalProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function MissedModal({ isOpen, onClose }: MissedModalProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title="Something was missed"
      closeButtonProps={{ 'aria-label': 'Close' }}
      keepMounted={false}
    >
      <Missed onClose={onClose} />
    </Modal>
  );
}

function Missed({ onClose }: { readonly onClose: () => void }) {
  const cache = useQueryClient();
  const look = useMutation({
    mutationFn: (missed: MissedRequest) => api.monitor.reportMissed({ ...missed, apply: false }),
  });
  const report = useMutation({
    mutationFn: (missed: MissedRequest) => api.monitor.reportMissed({ ...missed, apply: true }),
    onSuccess: async () => {
      say('Noted. The rule has learnt from it.');
      onClose();
      await Promise.all([alertsKey(), alertRulesKey()].map((queryKey) => cache.invalidateQueries({ queryKey })));
    },
  });
  if (!look.data)
    return <MissedForm isBusy={look.isPending} error={look.error} onLook={look.mutate} onClose={onClose} />;
  return (
    <div className="form">
      <ReplayView replay={look.data.replay} />
      {report.isError && <ProblemNotice error={report.error} />}
      <div className="form-actions">
        <Button onClick={look.reset}>Back</Button>
        <Button
          weight="primary"
          isBusy={report.isPending}
          onClick={() => look.variables && report.mutate(look.variables)}
        >
          Let the rule learn
        </Button>
      </div>
    </div>
  );
}

interface MissedFormProps {
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onLook: (missed: MissedRequest) => void;
  readonly onClose: () => void;
}

function MissedForm({ isBusy, error, onLook, onClose }: MissedFormProps) {
  const rules = useQuery(alertRulesQuery());
  const options = (rules.data?.rules ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const now = toLocalField(Date.now());
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        onLook(readMissed(new FormData(event.currentTarget)));
      }}
    >
      <p className="soft">Users were hurt and nobody was told. The rule that should have spoken learns from it.</p>
      {error !== null && !isToldByFields(error, ['at', 'ruleId', 'scope', 'note']) && <ProblemNotice error={error} />}
      <TextField
        label="When"
        name="at"
        type="datetime-local"
        defaultValue={now}
        max={now}
        fault={fieldFault(error, 'at')}
        data-autofocus
        required
      />
      <SelectField
        label="Which rule should have spoken"
        name="ruleId"
        options={options}
        fault={fieldFault(error, 'ruleId')}
        required
      />
      <TextField
        label="Of"
        name="scope"
        autoComplete="off"
        maxLength={200}
        hint="One lane, route, statement or table, where it was one."
        fault={fieldFault(error, 'scope')}
      />
      <TextArea label="What happened" name="note" rows={3} maxLength={2000} fault={fieldFault(error, 'note')} />
      <div className="form-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={isBusy}>
          Show what it would change
        </Button>
      </div>
    </form>
  );
}

function readMissed(form: FormData): MissedRequest {
  const scope = optionalFormText(form, 'scope');
  return {
    at: fromLocalField(formText(form, 'at')) ?? '',
    ruleId: formText(form, 'ruleId'),
    note: formText(form, 'note'),
    ...(scope && { scope }),
  };
}
