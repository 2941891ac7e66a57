// What the pages of the forecast and of sizing have alike: their head, and the way from one to the other.
import type { ReactNode } from 'react';
import { PageHeader } from '../../components/page-header.tsx';
import { type TabLink, TabLinks } from '../../components/tab-links.tsx';
import '../planner.css';
import './forecast.css';

const links: readonly TabLink[] = [
  { to: '/planner/forecast', label: 'Statements' },
  { to: '/planner/forecast/sizing', label: 'Machine' },
];

interface ForecastHeadProps {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function ForecastHead({ actions, children, title }: ForecastHeadProps) {
  return (
    <>
      <PageHeader title={title} actions={actions}>
        {children}
      </PageHeader>
      <TabLinks label="Forecast" links={links} />
    </>
  );
}
