/** This build's version, from its package.json. */

import { readFileSync } from 'node:fs';

/** Sources lie two folders below the package's root, built files three. */
const CANDIDATES = ['../../../package.json', '../../../../package.json'];

export function readVersion(): string {
  for (const candidate of CANDIDATES) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(candidate, import.meta.url), 'utf8')) as Record<
        string,
        string
      >;
      if (name === 'aquifer' && version) return version;
    } catch {
      // Not at this depth: the next candidate is.
    }
  }
  return '0.0.0';
}
