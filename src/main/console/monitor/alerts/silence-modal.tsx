// A silence being made: of what, for how long or at which hours of the week, and why.
import { Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { say } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../../components/problem-words.ts';
import { alertRulesQuery } from './alerts.ts';
import { silencesKey } from './channels.ts';
import { readSilence, type SilenceKind } from './read-silence.ts';
import { shortDays } from './silence-words.ts';
import './silences.css';

interface SilenceModalProps {
  readonly isOpen: boolean;
  /** Null is everything. */
  readonly given: { readonly ruleId: string | null; readonly scope: string | null };
  readonly onClose: () => void;
}

export function SilenceModal({ isOpen, given, onClose }: SilenceModalProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title="Make a silence"
      closeButtonProps={{ 'aria-label': 'Close' }}
      keepMounted={false}
    >
      <SilenceForm given={given} onClose={onClose} />
    </Modal>
  );
}

const kindOptions = [
  { value: 'once', label: 'For a while' },
  { value: 'weekly', label: 'Each week' },
] as const;

function SilenceForm({ given, onClose }: Omit<SilenceModalProps, 'isOpen'>) {
  const [kind, setKind] = useState<SilenceKind>('once');
  const cache = useQueryClient();
  const make = useMutation({
    mutationFn: (form: FormData) => api.monitor.createSilence(readSilence(form, kind, Date.now())),
    onSuccess: ({ reason }) => {
      say(`Silent: ${reason}.`);
      onClose();
      return cache.invalidateQueries({ queryKey: silencesKey() });
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
      {make.isError && !isToldByFields(make.error, ['reason', 'scope']) && <ProblemNotice error={make.error} />}
      <AboutFields given={given} error={make.error} />
      <Choice label="How long" options={kindOptions} value={kind} onChoose={setKind} />
      {kind === 'once' ? <OnceFields /> : <WeeklyFields />}
      <div className="form-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={make.isPending}>
          Silence it
        </Button>
      </div>
    </form>
  );
}

interface AboutFieldsProps {
  readonly given: SilenceModalProps['given'];
  readonly error: unknown;
}

/** Why, and of what. */
function AboutFields({ given, error }: AboutFieldsProps) {
  const rules = useQuery(alertRulesQuery());
  const options = [
    { value: '', label: 'All alerts' },
    ...(rules.data?.rules ?? []).map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <>
      <TextField
        label="Why"
        name="reason"
        autoComplete="off"
        placeholder="We move the database to another disk"
        maxLength={300}
        fault={fieldFault(error, 'reason')}
        data-autofocus
        required
      />
      {/* The list may come after the form: then what was given has to be chosen again. */}
      <SelectField
        key={options.length}
        label="Which alerts"
        name="ruleId"
        options={options}
        defaultValue={given.ruleId ?? ''}
      />
      <TextField
        label="Where"
        name="scope"
        autoComplete="off"
        defaultValue={given.scope ?? ''}
        hint="A lane, route, statement or table alone; empty for everywhere."
        maxLength={300}
        fault={fieldFault(error, 'scope')}
      />
    </>
  );
}

const spanOptions = [
  { value: '30', label: 'For 30 minutes' },
  { value: '60', label: 'For an hour' },
  { value: '240', label: 'For 4 hours' },
  { value: '1440', label: 'For a day' },
  { value: '10080', label: 'For a week' },
  { value: '', label: 'Until somebody ends it' },
];

function OnceFields() {
  return <SelectField label="From now on" name="minutes" options={spanOptions} defaultValue="60" />;
}

function WeeklyFields() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return (
    <>
      <fieldset className="silence-days">
        <legend className="field-label">On</legend>
        {shortDays.map((day, index) => (
          <label key={day} className="field-check">
            <input type="checkbox" name="days" value={index + 1} defaultChecked={index < 5} />
            {day}
          </label>
        ))}
      </fieldset>
      <div className="silence-times">
        <TextField label="From" name="startsAt" type="time" defaultValue="02:00" hint={timeZone} required />
        <TextField label="For, minutes" name="minutes" type="number" min={1} max={1440} defaultValue={60} required />
      </div>
    </>
  );
}
