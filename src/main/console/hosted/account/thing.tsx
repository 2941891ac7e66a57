// One of several things of a kind, such as a passkey or a session: a picture, what it is, what can be done with it.
import { Children, type ReactNode } from 'react';
import { Icon, type IconName } from '../../components/icon.tsx';

interface ThingProps {
  readonly icon: IconName;
  readonly title: ReactNode;
  /** A word beside the title. */
  readonly mark?: ReactNode;
  readonly markTone?: 'good' | 'warn' | 'plain';
  /** Lines below, from what matters most. */
  readonly about: readonly ReactNode[];
  readonly actions?: ReactNode;
  /** An opened form. */
  readonly children?: ReactNode;
}

export function Thing({ icon, title, mark, markTone = 'good', about, actions, children }: ThingProps) {
  const isOpen = Children.toArray(children).length > 0;
  return (
    <li className="thing">
      <Icon name={icon} size={20} />
      <div>
        <p className="thing-title">
          <span>{title}</span>
          {mark && (
            <span className="thing-mark" data-tone={markTone}>
              {mark}
            </span>
          )}
        </p>
        {about.map((line, place) => (
          <p key={place} className="thing-about">
            {line}
          </p>
        ))}
      </div>
      {actions && !isOpen && <div className="thing-actions">{actions}</div>}
      {isOpen && <div className="thing-form setting-body">{children}</div>}
    </li>
  );
}

/** The parts that are known, as one line. */
export function knownParts(...parts: readonly (string | null | undefined | false)[]): string {
  return parts.filter((part): part is string => Boolean(part)).join(' · ');
}
