// One thing of the account: what it is, how it stands, and a button that opens the form to change it, in its place.
import { Children, type ReactNode, useEffect, useId, useRef } from 'react';
import { Button } from '../../components/button.tsx';

interface SettingProps {
  readonly label: string;
  /** How it stands. */
  readonly value: ReactNode;
  readonly about?: ReactNode;
  /** What stands at the end of the line while it is closed. */
  readonly action?: ReactNode;
  /** The opened form; its first field gets the focus. */
  readonly children?: ReactNode;
}

export function Setting({ label, value, about, action, children }: SettingProps) {
  const isOpen = Children.toArray(children).length > 0;
  const body = useRef<HTMLElement>(null);
  const head = useId();
  useEffect(() => {
    if (isOpen) body.current?.querySelector<HTMLElement>('input:not([hidden]), select, button')?.focus();
  }, [isOpen]);
  return (
    <div className="setting">
      <div className="setting-head">
        <div className="setting-words">
          <h3 id={head}>{label}</h3>
          <div className="setting-value">{value}</div>
          {about && <p className="setting-about">{about}</p>}
        </div>
        {!isOpen && action && <div className="setting-action">{action}</div>}
      </div>
      {isOpen && (
        <section className="setting-body" ref={body} aria-labelledby={head}>
          {children}
        </section>
      )}
    </div>
  );
}

interface SettingActionsProps {
  readonly children?: ReactNode;
  readonly cancel: string;
  readonly onCancel: () => void;
}

/** The end of an opened form: what it does, and the way out. */
export function SettingActions({ children, cancel, onCancel }: SettingActionsProps) {
  return (
    <div className="setting-actions">
      {children}
      <Button weight="quiet" onClick={onCancel}>
        {cancel}
      </Button>
    </div>
  );
}
