/** `aquifer watch postgres://…`: the console for any Postgres, read from beside it, on this machine alone. */

import { createInterface } from 'node:readline';
import { createLogger } from '../foundation/logger.ts';
import { readVersion } from '../foundation/version.ts';
import { type CommandOutput, exitCodes } from './command-output.ts';
import { createTerminalLog } from './terminal-log.ts';
import { startWatch, type Watch } from './watch/start-watch.ts';
import { findTarget, type Target } from './watch/target.ts';

export interface WatchCommandOptions {
  json: boolean;
  port: number;
  keep?: string;
  store?: string;
  /** Says what can be seen and ends. */
  check: boolean;
}

export async function runWatch(output: CommandOutput, target: string, options: WatchCommandOptions): Promise<number> {
  if (options.check) return runCheck(output, target);
  const { json, keep, port, store } = options;
  const stopAsked = whenAsked();
  const onProgress = (line: string) => output.progress(`  ${line}`);
  const destination = createTerminalLog(process.stderr);
  const logger = createLogger(json ? { level: 'silent' } : { level: 'warn', destination });
  const watch = await startWatch({ target, port, keep, store, logger, onProgress });
  let exitCode: number = exitCodes.done;
  watch.onLost(() => {
    process.stderr.write(
      '  The Postgres that keeps what is seen has ended unexpectedly. The watch stops; start it again.\n',
    );
    exitCode = exitCodes.failed;
    stopAsked.ask();
  });
  describe(output, watch);
  const lines = process.stdin.isTTY && !json ? createInterface({ input: process.stdin }) : undefined;
  lines?.on('line', () => tellLink(watch));
  await stopAsked.asked;
  lines?.close();
  output.progress('\n  Stopping.');
  await watch.stop();
  return exitCode;
}

async function runCheck(output: CommandOutput, text: string): Promise<number> {
  const target = await findTarget(text);
  const verdict = target.isWellSeen
    ? 'All is seen that can be seen from beside.'
    : 'More could be seen: the list says what is missing.';
  output.answer([...targetLines(target), '', verdict], { ...factsOf(target), wellSeen: target.isWellSeen });
  return target.isWellSeen ? exitCodes.done : exitCodes.unhealthy;
}

function describe(output: CommandOutput, watch: Watch): void {
  const { keptIn, target, url } = watch;
  const keeps =
    keptIn === null ? 'nothing after its end (to keep what it sees: --keep DIR)' : `what it sees in ${keptIn}`;
  output.answer(
    [
      ...['', `  Aquifer watch ${readVersion()}`, ''],
      ...targetLines(target),
      ...['', `  Keeps      ${keeps}`],
      ...['  Open       with the link below; Enter prints another', '  Ctrl-C stops it.', ''],
    ],
    { event: 'watching', url, keptIn, ...factsOf(target) },
  );
  tellLink(watch);
}

/** The link is a secret: standard output may be kept for years, the error stream is where a person looks now. */
function tellLink(watch: Watch): void {
  process.stderr.write(`  Open once: ${watch.createLink()}\n`);
}

function targetLines({ cannotSee, databaseName, host, isReadOnly, isReplica, roleName, version }: Target): string[] {
  const kind = isReplica ? 'replica, ' : '';
  return [
    `  Watches    ${databaseName} at ${host} (${kind}Postgres ${version})`,
    `  As         ${roleName}${isReadOnly ? ', in sessions that are read-only' : ''}`,
    '  It cannot see:',
    ...cannotSee.map((sentence) => `  - ${sentence}`),
  ];
}

function factsOf({ cannotSee, databaseName, host, isReadOnly, isReplica, roleName, version }: Target) {
  return { target: { host, databaseName, roleName, version, isReplica, isReadOnly }, cannotSee: [...cannotSee] };
}

function whenAsked(): { asked: Promise<void>; ask: () => void } {
  let ask: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ask());
  return { asked, ask };
}
