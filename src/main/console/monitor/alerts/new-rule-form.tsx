// A rule of one's own: which figure, from where on, for how long, and how urgent it is.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { CheckField, SelectField, TextField } from '../../components/field.tsx';
import { say } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../../components/problem-words.ts';
import { severityOptions } from './alert-words.ts';
import { alertRulesKey } from './alerts.ts';
import { type OwnRuleKind, readNewRule } from './read-rule.ts';
import { seriesNames, unitOfSeries } from './series-names.ts';

const kindOptions = [
  { value: 'limit', label: 'A fixed bound' },
  { value: 'baseline', label: 'What is usual then' },
] as const;

const directionOptions = [
  { value: 'above', label: 'Above it' },
  { value: 'below', label: 'Below it' },
];

const told = ['name', 'series', 'threshold', 'forSeconds', 'scope'];

export function NewRuleForm({ onClose }: { readonly onClose: () => void }) {
  const cache = useQueryClient();
  const [kind, setKind] = useState<OwnRuleKind>('limit');
  const [series, setSeries] = useState('');
  const make = useMutation({
    mutationFn: (form: FormData) => api.monitor.createAlertRule(readNewRule(form, kind)),
    onSuccess: ({ rule: { name } }) => {
      say(`${name} is watched from now on.`);
      onClose();
      return cache.invalidateQueries({ queryKey: alertRulesKey() });
    },
  });
  const fault = (field: string) => fieldFault(make.error, field);
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate(new FormData(event.currentTarget));
      }}
    >
      {make.isError && !isToldByFields(make.error, told) && <ProblemNotice error={make.error} />}
      <TextField
        label="Name"
        name="name"
        autoComplete="off"
        maxLength={80}
        placeholder="Checkout is slow"
        fault={fault('name')}
        data-autofocus
        required
      />
      <SeriesField value={series} fault={fault('series')} onChange={setSeries} />
      <TextField
        label="Of"
        name="scope"
        autoComplete="off"
        maxLength={200}
        hint="One lane, route, statement or table; empty for each of them."
        fault={fault('scope')}
      />
      <Choice label="Against what" options={kindOptions} value={kind} onChoose={setKind} />
      <div className="rule-bounds">
        <SelectField label="Speaks" name="direction" options={directionOptions} />
        {kind === 'limit' && (
          <TextField
            label={`Bound${boundUnit(series)}`}
            name="threshold"
            type="number"
            step="any"
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
          defaultValue={60}
          fault={fault('forSeconds')}
          required
        />
      </div>
      <SelectField label="How urgent" name="severity" options={severityChoices} defaultValue="ticket" />
      <CheckField
        key={kind}
        label="Only while users are hurt"
        name="onlyWhenUsersAreHurt"
        value="yes"
        defaultChecked={kind === 'baseline'}
      />
      <div className="form-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={make.isPending}>
          Watch it
        </Button>
      </div>
    </form>
  );
}

const severityChoices = severityOptions.map(({ label, means, value }) => ({ value, label: `${label}. ${means}` }));

/** A share is written as one: 0.9, as it is stored. */
function boundUnit(series: string): string {
  const unit = unitOfSeries(series);
  if (unit === '') return '';
  return unit === 'share' || unit.startsWith('of ') ? ', from 0 to 1' : `, ${unit}`;
}

interface SeriesFieldProps {
  readonly value: string;
  readonly fault: string | null;
  readonly onChange: (series: string) => void;
}

/** Typed or chosen: names of newer servers are accepted as well. */
function SeriesField({ value, fault, onChange }: SeriesFieldProps) {
  const listId = useId();
  const known = seriesNames.find(({ name }) => name === value);
  return (
    <>
      <TextField
        label="Figure"
        name="series"
        list={listId}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder="http.p99Ms"
        value={value}
        hint={known?.about ?? 'Begin to type, or choose one.'}
        fault={fault}
        onChange={(event) => onChange(event.target.value)}
        required
      />
      <datalist id={listId}>
        {seriesNames.map(({ about, name }) => (
          <option key={name} value={name}>
            {about}
          </option>
        ))}
      </datalist>
    </>
  );
}
