/** `aquifer start`: runs the server until a signal, and says in a few lines where it is and what it uses. */

import { type App, startApp } from '../app.ts';
import { type Config, readConfig } from '../foundation/config.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import { createLogger } from '../foundation/logger.ts';
import { readVersion } from '../foundation/version.ts';
import { createTerminalLog } from './terminal-log.ts';

export interface StartOptions {
  /** JSON lines alone, for whoever reads them by program. */
  json: boolean;
}

const FORCE_AFTER_MS = 1_000;

export async function runStart({ json }: StartOptions): Promise<void> {
  const stopRequested = onceAsked();
  try {
    const config = readConfig(process.env);
    const speaks = !json && config.mode !== 'production';
    const say = (line: string) => {
      if (speaks) process.stdout.write(`${line}\n`);
    };
    say(`\n  Aquifer ${readVersion()}\n`);
    const onProgress = (line: string) => say(`  ${line}`);
    const app = await startApp(speaks ? { onProgress, logger: createSpokenLogger(config) } : {});
    describe(app, { speaks, json });
    app.onFatal((reason) => {
      process.stderr.write(`  ${reason} Aquifer stops; start it again, nothing acknowledged is lost.\n`);
      process.exitCode = 1;
      stopRequested.ask();
    });
    await stopRequested.asked;
    say('\n  Stopping: requests in flight finish first.');
    await app.stop();
    say('  Stopped.');
    process.exit(process.exitCode ?? 0);
  } catch (error) {
    // What has a sentence for a person is told as that sentence; only a fault of ours is worth a stack.
    const text = error instanceof AppError ? messageOf(error) : ((error as Error).stack ?? messageOf(error));
    process.stderr.write(`\n  Aquifer cannot start.\n  ${text.replaceAll('\n', '\n  ')}\n\n`);
    process.exit(1);
  }
}

/** Words at a terminal, JSON where nobody sits at one. */
function createSpokenLogger({ logLevel: level }: Config) {
  return createLogger(process.stdout.isTTY ? { level, destination: createTerminalLog(process.stdout) } : { level });
}

function describe(
  { config, database, setupLink, url }: App,
  { speaks, json }: { speaks: boolean; json: boolean },
): void {
  if (!speaks) {
    // The link is a secret: standard output may be kept for years, the error stream is where an operator looks now.
    if (setupLink) process.stderr.write(`First operator, open once: ${setupLink}\n`);
    if (json) process.stdout.write(`${JSON.stringify({ event: 'listening', url, database })}\n`);
    return;
  }
  const lines = [
    '',
    `  Open       ${url}`,
    database.kind === 'embedded'
      ? `  Database   embedded Postgres in ${config.dataDir}/ (bring your own: DATABASE_URL=postgres://…)`
      : `  Database   Postgres at ${database.host}`,
    config.smtpUrl
      ? '  Mail       sent by SMTP'
      : '  Mail       kept on the console’s mailbox page (to send it: SMTP_URL=smtp://…)',
    `  Reference  ${url}/docs`,
    '',
    ...(setupLink ? ['  Make the first operator account with this link, which works once:', `  ${setupLink}`, ''] : []),
    '  Ctrl-C stops it.',
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** The first signal asks for a clean stop; another one a second later or more ends the process there and then. */
function onceAsked(): { asked: Promise<void>; ask: () => void } {
  let ask: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  let firstAtMs: number | undefined;
  const onSignal = () => {
    firstAtMs ??= performance.now();
    // One Ctrl-C can arrive twice: from the terminal, and from a parent that passes it on.
    if (performance.now() - firstAtMs > FORCE_AFTER_MS) process.exit(130);
    ask();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // The terminal was closed. Without one (nohup, a service) the signal is nobody's wish to stop.
  if (process.stdout.isTTY) process.on('SIGHUP', onSignal);
  return { asked, ask };
}
