// What can be changed of a rule: how urgent it is, its bound, how long it has to hold; of one's own the name, too.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AlertRule } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { say } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../../components/problem-words.ts';
import { alertRulesKey } from './alerts.ts';
import { DeleteRuleButton } from './delete-rule-button.tsx';
import { readRuleChange } from './read-rule.ts';
import { BoundFields, SeverityField } from './rule-fields.tsx';

interface ChangeRuleFormProps {
  readonly rule: AlertRule;
  readonly onClose: () => void;
}

const told = ['name', 'threshold', 'forSeconds'];

export function ChangeRuleForm({ rule, onClose }: ChangeRuleFormProps) {
  const cache = useQueryClient();
  const change = useMutation({
    mutationFn: (form: FormData) => api.monitor.changeAlertRule(rule.id, readRuleChange(form, rule)),
    onSuccess: ({ rule: { name } }) => {
      say(`${name} is changed.`);
      onClose();
      return cache.invalidateQueries({ queryKey: alertRulesKey() });
    },
  });
  const { about, builtIn, forSeconds, name, severity, threshold } = rule;
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(new FormData(event.currentTarget));
      }}
    >
      {about && <p className="soft">{about}</p>}
      {change.isError && !isToldByFields(change.error, told) && <ProblemNotice error={change.error} />}
      {!builtIn && (
        <TextField
          label="Name"
          name="name"
          defaultValue={name}
          maxLength={80}
          autoComplete="off"
          fault={fieldFault(change.error, 'name')}
          required
        />
      )}
      <SeverityField severity={severity} isFirst />
      <BoundFields boundLabel={boundLabel(rule)} threshold={threshold} forSeconds={forSeconds} error={change.error} />
      <div className="form-actions">
        {!builtIn && <DeleteRuleButton rule={rule} onDone={onClose} />}
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={change.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

function boundLabel({ kind, unit }: AlertRule): string | null {
  if (kind !== 'limit') return null;
  return unit === '' ? 'Bound' : `Bound, ${unit}`;
}
