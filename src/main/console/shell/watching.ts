// What is different where `aquifer watch` answers: another program's database, read from beside it. Nothing of ours is there to show.
import { useQuery } from '@tanstack/react-query';
import { settingsQuery } from './operator.ts';
import { type Place, type PlaceGroup, placeGroups } from './screens.ts';

const watched: ReadonlySet<Place['to']> = new Set([
  '/cause',
  '/incidents',
  '/alerts',
  '/activity',
  '/queries',
  '/tables',
]);

/** False until it is known. */
export function useIsWatch(): boolean {
  return useQuery(settingsQuery()).data?.isWatch ?? false;
}

/** The places that have something to show here. */
export function placeGroupsFor(isWatch: boolean): readonly PlaceGroup[] {
  if (!isWatch) return placeGroups;
  return placeGroups
    .map((group) => ({ ...group, places: group.places.filter(({ to }) => watched.has(to)) }))
    .filter((group) => group.places.length > 0);
}
