// Form fields: a label above, a hint or a fault below, native controls throughout.
import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
  useState,
} from 'react';
import { useComponentWords } from './component-words.ts';
import { Icon } from './icon.tsx';
import './field.css';

interface Described {
  readonly label: string;
  /** Said before anything is wrong. */
  readonly hint?: ReactNode;
  /** Said in its place when something is. */
  readonly fault?: ReactNode;
  /** For a control whose surroundings say what it is; the label is still read aloud. */
  readonly isLabelHidden?: boolean;
}

type TextFieldProps = Described & InputHTMLAttributes<HTMLInputElement>;

export function TextField({ label, hint, fault, isLabelHidden, ...rest }: TextFieldProps) {
  return (
    <Described label={label} hint={hint} fault={fault} isLabelHidden={isLabelHidden ?? false}>
      {(ids) => <input className="field-input" {...ids} {...rest} />}
    </Described>
  );
}

type TextAreaProps = Described & TextareaHTMLAttributes<HTMLTextAreaElement>;

/** Text of several lines; it grows with what is written where the browser can. */
export function TextArea({ label, hint, fault, isLabelHidden, ...rest }: TextAreaProps) {
  return (
    <Described label={label} hint={hint} fault={fault} isLabelHidden={isLabelHidden ?? false}>
      {(ids) => <textarea className="field-input field-area" {...ids} {...rest} />}
    </Described>
  );
}

/** A password: paste works, and it can be looked at. */
export function PasswordField({ label, hint, fault, ...rest }: Omit<TextFieldProps, 'isLabelHidden'>) {
  const [isShown, setShown] = useState(false);
  const words = useComponentWords();
  return (
    <Described label={label} hint={hint} fault={fault}>
      {(ids) => (
        <span className="field-with-button">
          <input
            className="field-input"
            type={isShown ? 'text' : 'password'}
            autoCapitalize="none"
            spellCheck={false}
            {...ids}
            {...rest}
          />
          <button
            type="button"
            className="field-button"
            aria-label={isShown ? words.hideTyped(label) : words.showTyped(label)}
            onClick={() => setShown(!isShown)}
          >
            <Icon name={isShown ? 'eyeClosed' : 'eye'} />
            {isShown ? words.hide : words.show}
          </button>
        </span>
      )}
    </Described>
  );
}

type SelectFieldProps = Described &
  SelectHTMLAttributes<HTMLSelectElement> & {
    readonly options: readonly { readonly value: string; readonly label: string }[];
  };

export function SelectField({ label, hint, fault, isLabelHidden, options, ...rest }: SelectFieldProps) {
  return (
    <Described label={label} hint={hint} fault={fault} isLabelHidden={isLabelHidden ?? false}>
      {(ids) => (
        <select className="field-input field-select" {...ids} {...rest}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Described>
  );
}

type CheckFieldProps = InputHTMLAttributes<HTMLInputElement> & { readonly label: string };

export function CheckField({ label, ...rest }: CheckFieldProps) {
  return (
    <label className="field-check">
      <input type="checkbox" {...rest} />
      {label}
    </label>
  );
}

interface DescribedProps extends Described {
  readonly children: (ids: {
    readonly id: string;
    readonly 'aria-describedby': string | undefined;
    readonly 'aria-invalid': true | undefined;
  }) => ReactNode;
}

function Described({ label, hint, fault, isLabelHidden = false, children }: DescribedProps) {
  const id = useId();
  const note = fault ?? hint;
  return (
    <div className="field">
      <label className={isLabelHidden ? 'only-for-screen-readers' : 'field-label'} htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        'aria-describedby': note ? `${id}-note` : undefined,
        'aria-invalid': fault ? true : undefined,
      })}
      {note && (
        <div id={`${id}-note`} className={fault ? 'field-fault' : 'field-hint'} role={fault ? 'alert' : undefined}>
          {note}
        </div>
      )}
    </div>
  );
}
