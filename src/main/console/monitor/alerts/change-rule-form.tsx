// What can be changed of a rule: how urgent it is, its bound, how long it has to hold; of one's own the name, too.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlertRule } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { say, sayProblem } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../../components/problem-words.ts';
import { severityOptions } from './alert-words.ts';
import { alertRulesKey } from './alerts.ts';
import { readRuleChange } from './read-rule.ts';

interface ChangeRuleFormProps {
  readonly rule: AlertRule;
  readonly onClose: () => void;
}

const severityChoices = severityOptions.map(({ label, means, value }) => ({ value, label: `${label}. ${means}` }));

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
  const fault = (field: string) => fieldFault(change.error, field);
  const { about, builtIn, forSeconds, kind, name, severity, threshold, unit } = rule;
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(new FormData(event.currentTarget));
      }}
    >
      <p className="soft">{about}</p>
      {change.isError && !isToldByFields(change.error, ['name', 'threshold', 'forSeconds']) && (
        <ProblemNotice error={change.error} />
      )}
      {!builtIn && (
        <TextField
          label="Name"
          name="name"
          defaultValue={name}
          maxLength={80}
          autoComplete="off"
          fault={fault('name')}
          required
        />
      )}
      <SelectField
        label="How urgent"
        name="severity"
        options={severityChoices}
        defaultValue={severity}
        data-autofocus
      />
      <div className="rule-bounds">
        {kind === 'limit' && (
          <TextField
            label={unit === '' ? 'Bound' : `Bound, ${unit}`}
            name="threshold"
            type="number"
            step="any"
            defaultValue={threshold ?? ''}
            fault={fault('threshold')}
            required
          />
        )}
        <TextField
          label="For, seconds"
          name="forSeconds"
          type="number"
          min={0}
          max={86_400}
          defaultValue={forSeconds}
          fault={fault('forSeconds')}
          required
        />
      </div>
      <div className="form-actions">
        {!builtIn && <DeleteRule rule={rule} onDone={onClose} />}
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={change.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

/** The first click says what will be lost. */
function DeleteRule({ rule, onDone }: { readonly rule: AlertRule; readonly onDone: () => void }) {
  const [isAsked, setAsked] = useState(false);
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.monitor.deleteAlertRule(rule.id),
    onSuccess: () => {
      say(`${rule.name} is deleted.`);
      onDone();
      return cache.invalidateQueries({ queryKey: alertRulesKey() });
    },
    onError: sayProblem,
  });
  if (!isAsked) {
    return (
      <Button weight="quiet" onClick={() => setAsked(true)}>
        Delete
      </Button>
    );
  }
  return (
    <Button weight="danger" isBusy={remove.isPending} onClick={() => remove.mutate()}>
      Delete the rule and what it has learnt
    </Button>
  );
}
