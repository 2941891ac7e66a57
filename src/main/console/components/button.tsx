// The one button, in four weights. A page has at most one that is primary.
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import './button.css';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly weight?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly icon?: IconName;
  /** Shows that it works on it and takes no second click; the words stay where they are. */
  readonly isBusy?: boolean;
  readonly children?: ReactNode;
}

export function Button({ weight = 'plain', icon, isBusy = false, children, type, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type={type ?? 'button'}
      className="button"
      data-weight={weight}
      data-busy={isBusy || undefined}
      aria-busy={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button that is only an icon; `label` is what it is called. */
export function IconButton({
  icon,
  label,
  ...rest
}: ButtonProps & { readonly icon: IconName; readonly label: string }) {
  return (
    <button type="button" className="button icon-button" data-weight="quiet" aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}
