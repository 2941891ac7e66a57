// One of a few, side by side: native radio buttons that look like one control.
import { useId } from 'react';
import './choice.css';

export interface ChoiceOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** What choosing it means, under the pointer. */
  readonly means?: string;
}

interface ChoiceProps<Value extends string> {
  /** Read aloud; what stands around it says it to the eye. */
  readonly label: string;
  readonly options: readonly ChoiceOption<Value>[];
  /** Null where nothing is chosen yet. */
  readonly value: Value | null;
  readonly onChoose: (value: Value) => void;
}

export function Choice<Value extends string>({ label, options, value, onChoose }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset className="choice" aria-label={label}>
      {options.map((option) => (
        <label key={option.value} title={option.means} data-chosen={option.value === value || undefined}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChoose(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
