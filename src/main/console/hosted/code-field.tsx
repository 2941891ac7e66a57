// Six digits: large, spaced, from left to right in any language, pasted with or without a space. The last one sends them.
import { useEffect, useRef } from 'react';
import { TextField } from '../components/field.tsx';
import './factors.css';

interface CodeFieldProps {
  readonly label: string;
  readonly fault: string | null;
  /** A refused code is cleared away, so that the next one can be typed at once. */
  readonly error: unknown;
  readonly isBusy: boolean;
}

const DIGITS = 6;

export function CodeField({ label, fault, error, isBusy }: CodeFieldProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const input = place.current?.querySelector('input');
    if (error === null || !input) return;
    input.value = '';
    input.focus();
  }, [error]);
  return (
    <div ref={place}>
      <TextField
        label={label}
        name="code"
        className="field-input code-input"
        dir="ltr"
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="\s*(\d\s*){6}"
        maxLength={DIGITS + 4}
        fault={fault}
        autoFocus
        required
        onInput={(event) => {
          const { value, form } = event.currentTarget;
          if (!isBusy && value.replaceAll(/\s/g, '').length === DIGITS) form?.requestSubmit();
        }}
      />
    </div>
  );
}
