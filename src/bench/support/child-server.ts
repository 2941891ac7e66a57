/** Runs a server in a process of its own, so that the load and the server share nothing but the machine. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface ChildServer {
  url: string;
  pid: number;
  /** What it wrote to its error stream so far. */
  errorText(): string;
  stop(): Promise<void>;
}

/**
 * Starts `script` and waits for a line of JSON with a `url` on its standard output.
 *
 * @param environment beside that of this process; undefined takes a variable away
 */
export async function startChildServer(
  script: URL,
  args: readonly string[],
  environment: Record<string, string | undefined>,
): Promise<ChildServer> {
  const child = spawn(process.execPath, [fileURLToPath(script), ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errorText = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errorText += chunk.toString();
  });
  const url = await readUrl(child, () => errorText);
  return {
    url,
    pid: child.pid ?? 0,
    errorText: () => errorText,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

function readUrl(child: ChildProcess, errorText: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split('\n').find((one) => one.startsWith('{') && one.includes('"url"'));
      if (line) resolve((JSON.parse(line) as { url: string }).url);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it listened: ${errorText()}`)));
  });
}
