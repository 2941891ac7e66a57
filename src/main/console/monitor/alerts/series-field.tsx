// Which figure a rule watches: typed or chosen; names that only a newer server knows are accepted as well.
import { useId } from 'react';
import { TextField } from '../../components/field.tsx';
import { seriesNames } from './series-names.ts';

interface SeriesFieldProps {
  readonly value: string;
  readonly fault: string | null;
  readonly onChange: (series: string) => void;
}

export function SeriesField({ value, fault, onChange }: SeriesFieldProps) {
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
