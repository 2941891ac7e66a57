// What the pages of index advice have alike: their head, and the way from one to the other.
import type { ReactNode } from 'react';
import { PageHeader } from '../../components/page-header.tsx';
import { type TabLink, TabLinks } from '../../components/tab-links.tsx';
import '../planner.css';
import './advice.css';

const links: readonly TabLink[] = [
  { to: '/planner/indexes', label: 'Advice' },
  { to: '/planner/indexes/ledger', label: 'Ledger' },
];

interface AdviceHeadProps {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function AdviceHead({ actions, children, title }: AdviceHeadProps) {
  return (
    <>
      <PageHeader title={title} actions={actions}>
        {children}
      </PageHeader>
      <TabLinks label="Index advice" links={links} />
    </>
  );
}
