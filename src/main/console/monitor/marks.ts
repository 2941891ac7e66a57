// Deploys and incidents as the marks of a page's charts.
import type { Mark } from '../charts/marks.ts';

interface DeployLike {
  readonly at: string;
  readonly version: string;
}

interface IncidentLike {
  readonly number: number;
  readonly openedAt: string;
  readonly closedAt: string | null;
}

/** What happened, the earliest first; an open incident lasts. */
export function marksOf(deploys: readonly DeployLike[], incidents: readonly IncidentLike[]): Mark[] {
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

const none: readonly Mark[] = [];

export function useMarks(_spanSeconds: number): readonly Mark[] {
  return none;
}
