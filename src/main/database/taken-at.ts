/** Where in the program a connection was taken, read from the stack that was noted then: the first line that is not ours. */

import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const OWN_FOLDER = dirname(fileURLToPath(import.meta.url));
const FRAME = /^\s*at (?:.*\()?((?:file:\/\/)?[^()]+):(\d+):\d+\)?$/;

/** `app.ts:12`; undefined where no stack was noted, or nothing in it is the program's own. */
export function placeOf(stack: string | undefined): string | undefined {
  for (const line of stack?.split('\n') ?? []) {
    const [, address, lineNumber] = FRAME.exec(line) ?? [];
    if (!address || !lineNumber || /^node:|^<|[/\\]node_modules[/\\]/.test(address)) continue;
    const path = address.startsWith('file:') ? fileURLToPath(address) : address;
    if (!path.startsWith(OWN_FOLDER)) return `${basename(path)}:${lineNumber}`;
  }
  return undefined;
}
