// What every rule's form asks: how urgent it is, from where on it speaks, and for how long that has to hold.
import type { ReactNode } from 'react';
import type { Severity } from '../../../client/index.ts';
import { SelectField, TextField } from '../../components/field.tsx';
import { fieldFault } from '../../components/problem-words.ts';
import { severityOptions } from './alert-words.ts';

const severityChoices = severityOptions.map(({ label, means, value }) => ({ value, label: `${label}. ${means}` }));

interface SeverityFieldProps {
  readonly severity: Severity;
  readonly isFirst?: boolean;
}

export function SeverityField({ severity, isFirst = false }: SeverityFieldProps) {
  return (
    <SelectField
      label="How urgent"
      name="severity"
      options={severityChoices}
      defaultValue={severity}
      data-autofocus={isFirst || undefined}
    />
  );
}

interface BoundFieldsProps {
  /** Null where the rule has no bound of its own. */
  readonly boundLabel: string | null;
  readonly threshold: number | null;
  readonly forSeconds: number;
  readonly error: unknown;
  /** Stands before the bound. */
  readonly children?: ReactNode;
}

export function BoundFields({ boundLabel, threshold, forSeconds, error, children }: BoundFieldsProps) {
  return (
    <div className="rule-bounds">
      {children}
      {boundLabel !== null && (
        <TextField
          label={boundLabel}
          name="threshold"
          type="number"
          step="any"
          defaultValue={threshold ?? ''}
          fault={fieldFault(error, 'threshold')}
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
        fault={fieldFault(error, 'forSeconds')}
        required
      />
    </div>
  );
}
