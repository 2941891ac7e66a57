// The first page's word on an open incident; without one, whatever stands in its place.
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { openIncidentsQuery } from './incidents.ts';
import { OpenIncident } from './open-incident.tsx';

export function IncidentBanner({ children }: { readonly children: ReactNode }) {
  const { data } = useQuery(openIncidentsQuery());
  if (!data || data.length === 0) return children;
  return data.map((incident) => <OpenIncident key={incident.id} incident={incident} />);
}
