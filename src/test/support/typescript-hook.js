// Lets a thread that a test's code starts read our sources, which are TypeScript: Node by itself reads JavaScript alone.

import { readFile } from 'node:fs/promises';
import { transformSync } from 'rolldown/utils';

/** A module loader, as `node:module` asks for. */
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { code } = transformSync(url, await readFile(new URL(url), 'utf8'));
  return { format: 'module', shortCircuit: true, source: code };
}
