/** The schemas in which the application's statements look for a name without one. */

import type { FactsRow } from './catalog-queries.ts';

const DEFAULT_PATH = '"$user", public';
/** A quoted name, with its quotes doubled inside, or a plain one. */
const PART = /"((?:[^"]|"")*)"|([^\s",]+)/g;

/** That of this session, or of the role that was asked for; schemas that are not there are left out, as Postgres does. */
export function searchPathOf(
  { namespaces, roleSearchPath, searchPath }: Pick<FactsRow, 'namespaces' | 'roleSearchPath' | 'searchPath'>,
  role: string | undefined,
): string[] {
  if (role === undefined) return searchPath;
  const known = new Set(namespaces);
  const parts = [...(roleSearchPath ?? DEFAULT_PATH).matchAll(PART)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '').toLowerCase() : quoted.replaceAll('""', '"'),
  );
  const names = parts.map((part) => (part === '$user' ? role : part));
  return [...new Set(names)].filter((name) => known.has(name));
}
