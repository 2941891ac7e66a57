/** The faster of the tools that attack a whole server, as `npm run security` starts them; the others are run by hand. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { requireBuild } from '../support/server-process.ts';

const SCRIPT = fileURLToPath(new URL('../../../scripts/security.js', import.meta.url));
/** Those that scripts/test.js found or installed. */
const tools = (process.env.SECURITY_TOOLS ?? '').split(',');

describe.each(['hydra', 'slowhttptest'])('%s', (name) => {
  test.skipIf(!tools.includes(name))('finds nothing', { timeout: 120_000 }, async () => {
    requireBuild();
    const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, name, '--json']).catch(
      // It says what it found on standard output, and ends with 1.
      (error: { stdout: string }) => error,
    );
    const { results } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(results).toEqual([{ name, status: 'as it should be', tried: expect.any(String), found: [] }]);
  });
});
