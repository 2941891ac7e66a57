/** Turns a TypeScript file into one that plain Node can run, for tests that need a process of their own to kill. */

import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export interface CompiledProgram {
  path: string;
  remove(): Promise<void>;
}

/** Written below dist/, from where the npm packages are found. */
export async function compileProgram(source: URL): Promise<CompiledProgram> {
  const name = basename(source.pathname, '.ts');
  const outDir = fileURLToPath(new URL(`../../../dist/test-${process.pid}-${name}`, import.meta.url));
  await build({
    configFile: false,
    logLevel: 'silent',
    build: { ssr: fileURLToPath(source), outDir, target: 'node20', minify: false },
  });
  return { path: `${outDir}/${name}.js`, remove: () => rm(outDir, { recursive: true, force: true }) };
}
