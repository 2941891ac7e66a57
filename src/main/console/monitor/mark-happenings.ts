// Deploys and incidents in the shape of marks on a chart.
import type { Deploy, IncidentSummary } from '../../client/index.ts';
import type { Mark } from '../charts/marks.ts';

type DeployAt = Pick<Deploy, 'at' | 'version'>;
type IncidentSpan = Pick<IncidentSummary, 'number' | 'openedAt' | 'closedAt'>;

/** What happened, the earliest first; an open incident lasts. */
export function marksOf(deploys: readonly DeployAt[], incidents: readonly IncidentSpan[]): Mark[] {
  const marks: Mark[] = [
    ...deploys.map(({ at, version }): Mark => ({ at: seconds(at), label: `deploy ${version}`, kind: 'deploy' })),
    ...incidents.map(
      ({ closedAt, number, openedAt }): Mark => ({
        at: seconds(openedAt),
        until: closedAt === null ? null : seconds(closedAt),
        label: `incident ${number}`,
        kind: 'incident',
      }),
    ),
  ];
  return marks.toSorted((one, other) => one.at - other.at);
}

function seconds(iso: string): number {
  return Date.parse(iso) / 1000;
}
