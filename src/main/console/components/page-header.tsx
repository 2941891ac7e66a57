// The head of a screen: where one is, what it is called, what can be done here.
import { type ReactNode, useEffect } from 'react';
import './page-header.css';

interface PageHeaderProps {
  readonly title: string;
  /** A whole sentence: set smaller, and wider. */
  readonly isLong?: boolean;
  /** The way back, as a link. */
  readonly parent?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

export function PageHeader({ title, isLong = false, parent, children, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Aquifer`;
  }, [title]);
  return (
    <header className="page-header" data-long={isLong || undefined}>
      <div className="page-header-words">
        {parent && <p className="page-header-parent">{parent}</p>}
        <h1>{title}</h1>
        {children && <div className="soft">{children}</div>}
      </div>
      {actions && <div className="page-header-actions">{actions}</div>}
    </header>
  );
}
