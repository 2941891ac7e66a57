// A rule of one's own: which figure, from where on, for how long, and how urgent it is.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { CheckField, SelectField, TextField } from '../../components/field.tsx';
import { say } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../../components/problem-words.ts';
import { alertRulesKey } from './alerts.ts';
import { type OwnRuleKind, readNewRule } from './read-rule.ts';
import { BoundFields, SeverityField } from './rule-fields.tsx';
import { SeriesField } from './series-field.tsx';
import { unitOfSeries } from './series-names.ts';

const told = ['name', 'series', 'threshold', 'forSeconds', 'scope'];

export function NewRuleForm({ onClose }: { readonly onClose: () => void }) {
  const cache = useQueryClient();
  const [kind, setKind] = useState<OwnRuleKind>('limit');
  const make = useMutation({
    mutationFn: (form: FormData) => api.monitor.createAlertRule(readNewRule(form, kind)),
    onSuccess: ({ rule: { name } }) => {
      say(`${name} is watched from now on.`);
      onClose();
      return cache.invalidateQueries({ queryKey: alertRulesKey() });
    },
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate(new FormData(event.currentTarget));
      }}
    >
      {make.isError && !isToldByFields(make.error, told) && <ProblemNotice error={make.error} />}
      <NewRuleFields kind={kind} error={make.error} onKind={setKind} />
      <div className="form-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={make.isPending}>
          Watch it
        </Button>
      </div>
    </form>
  );
}

const kindOptions = [
  { value: 'limit', label: 'A fixed bound' },
  { value: 'baseline', label: 'What is usual then' },
] as const;

const directionOptions = [
  { value: 'above', label: 'Above it' },
  { value: 'below', label: 'Below it' },
];

const FOR_SECONDS = 60;

interface NewRuleFieldsProps {
  readonly kind: OwnRuleKind;
  readonly error: unknown;
  readonly onKind: (kind: OwnRuleKind) => void;
}

function NewRuleFields({ kind, error, onKind }: NewRuleFieldsProps) {
  const [series, setSeries] = useState('');
  const boundLabel = kind === 'limit' ? `Bound${boundUnit(series)}` : null;
  return (
    <>
      <TextField
        label="Name"
        name="name"
        autoComplete="off"
        maxLength={80}
        placeholder="Checkout is slow"
        fault={fieldFault(error, 'name')}
        data-autofocus
        required
      />
      <SeriesField value={series} fault={fieldFault(error, 'series')} onChange={setSeries} />
      <TextField
        label="Of"
        name="scope"
        autoComplete="off"
        maxLength={200}
        hint="One lane, route, statement or table; empty for each of them."
        fault={fieldFault(error, 'scope')}
      />
      <Choice label="Against what" options={kindOptions} value={kind} onChoose={onKind} />
      <BoundFields boundLabel={boundLabel} threshold={null} forSeconds={FOR_SECONDS} error={error}>
        <SelectField label="Speaks" name="direction" options={directionOptions} />
      </BoundFields>
      <SeverityField severity="ticket" />
      <CheckField
        key={kind}
        label="Only while users are hurt"
        name="onlyWhenUsersAreHurt"
        value="yes"
        defaultChecked={kind === 'baseline'}
      />
    </>
  );
}

/** A share is written as one: 0.9, as it is stored. */
function boundUnit(series: string): string {
  const unit = unitOfSeries(series);
  if (unit === '') return '';
  return unit === 'share' || unit.startsWith('of ') ? ', from 0 to 1' : `, ${unit}`;
}
