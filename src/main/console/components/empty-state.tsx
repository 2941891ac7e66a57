// Nothing here yet: why, the one action that changes it, and the command that does the same.
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import './empty-state.css';

interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** The same by HTTP, as a `CurlLine`. */
  readonly command?: ReactNode;
}

export function EmptyState({ icon, title, children, action, command }: EmptyStateProps) {
  return (
    <div className="empty-state">
      <Icon name={icon} size={28} />
      <h2>{title}</h2>
      <div className="empty-state-words soft">{children}</div>
      {action}
      {command && (
        <div className="empty-state-command">
          <p className="small faint">The same from a terminal</p>
          {command}
        </div>
      )}
    </div>
  );
}
