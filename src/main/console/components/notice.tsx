// A quiet word beside the content: for what is true and worth knowing, but no fault.
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './notice.css';

interface NoticeProps {
  readonly tone?: 'plain' | 'good' | 'warn' | 'bad';
  readonly title?: string;
  readonly children?: ReactNode;
}

export function Notice({ tone = 'plain', title, children }: NoticeProps) {
  return (
    <div className="notice" data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={tone === 'good' ? 'check' : 'alert'} />
      <div className="notice-body">
        {title && <p className="notice-title">{title}</p>}
        {children && <div className="soft">{children}</div>}
      </div>
    </div>
  );
}
