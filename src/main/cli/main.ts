#!/usr/bin/env node
/** The `aquifer` command: a table of contents. Each command has a file of its own. */

import { Command, InvalidArgumentError, Option } from 'commander';
import { readVersion } from '../foundation/version.ts';
import { type AdviseCommandOptions, runAdvise } from './advise.ts';
import { type ExportCommandOptions, runAuditExport } from './audit-export.ts';
import { runAuditVerify, type VerifyCommandOptions } from './audit-verify.ts';
import { type BisectCommandOptions, runBisect } from './bisect.ts';
import { exitCodes, runCommand } from './command-output.ts';
import { runDoctor } from './doctor.ts';
import { type ForecastCommandOptions, runForecast } from './forecast.ts';
import { runMigrate } from './migrate.ts';
import { type CheckFileOptions, runPasswordsCheckFile } from './passwords-check-file.ts';
import { type ReviewCommandOptions, runReview } from './review.ts';
import { runSecretsRotate } from './secrets-rotate.ts';
import { runSnapshot, type SnapshotCommandOptions } from './snapshot.ts';
import { runStart } from './start.ts';
import { type NewUserOptions, runUserCreate } from './user-create.ts';
import { runUserDisable } from './user-disable.ts';
import { runWatch, type WatchCommandOptions } from './watch.ts';

interface Common {
  json: boolean;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('It must be a port, such as 8410.');
  return port;
}

function readList(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.includes('')) throw new InvalidArgumentError('It must be names with commas between.');
  return parts;
}

function readBytes(text: string): number {
  const [, figure, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(text) ?? [];
  const power = ['b', 'k', 'm', 'g', 't'].indexOf(unit.toLowerCase() || 'b');
  if (figure === undefined || power < 0) throw new InvalidArgumentError('It must be a size, such as 500MB or 5GB.');
  return Number(figure) * 1024 ** power;
}

function readFactor(text: string): number {
  const factor = Number(text);
  if (!(factor >= 1 && factor <= 10_000)) throw new InvalidArgumentError('It must be times today’s rows, such as 10.');
  return factor;
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 86_400)) throw new InvalidArgumentError('It must be seconds, such as 60.');
  return seconds;
}

const JSON_FLAG = ['--json', 'answer with one JSON object', false] as const;

const program = new Command('aquifer')
  .description('An application backend on Postgres that does not run dry.')
  .version(readVersion())
  .showHelpAfterError('(aquifer --help lists the commands)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.misused))
  .addHelpText(
    'after',
    '\nSettings come from the environment; config/example.env lists them all.\nExit codes: 0 done, 1 failed, 2 asked for wrongly, 3 something is not as it should be.',
  );

program
  .command('start')
  .description('run the server (the default)')
  .option('--json', 'write JSON lines only', false)
  .action((options: Common) => runStart(options));

program
  .command('migrate')
  .description('bring the database to this version’s schema')
  .option(...JSON_FLAG)
  .action(({ json }: Common) => runCommand(json, runMigrate));

const user = program.command('user').description('make and disable accounts');

user
  .command('create')
  .description('make an account; the password is read from standard input')
  .requiredOption('--email <address>', 'the address to log in with')
  .option('--name <name>', 'how to call the person')
  .option('--operator', 'may use the console', false)
  .option(...JSON_FLAG)
  .action((options: NewUserOptions & Common) => runCommand(options.json, (output) => runUserCreate(output, options)));

user
  .command('disable')
  .description('disable an account and end its sessions at once')
  .argument('<address>', 'the address of the account')
  .option(...JSON_FLAG)
  .action((address: string, { json }: Common) => runCommand(json, (output) => runUserDisable(output, address)));

program
  .command('secrets')
  .description('the key that secrets in the database are encrypted with')
  .command('rotate')
  .description('encrypt everything anew with AQUIFER_SECRET_KEY; AQUIFER_SECRET_KEY_PREVIOUS still opens what it must')
  .option(...JSON_FLAG)
  .action(({ json }: Common) => runCommand(json, runSecretsRotate));

program
  .command('passwords')
  .description('the file of stolen passwords that new ones are held against')
  .command('check-file')
  .description('whether it will do: hashes, in order, and the right ones; 3 where not')
  .argument('[file]', 'BREACHED_PASSWORDS_FILE when left out')
  .option('--full', 'look at every line rather than at some thousand', false)
  .option(...JSON_FLAG)
  .action((file: string | undefined, options: CheckFileOptions & Common) =>
    runCommand(options.json, (output) => runPasswordsCheckFile(output, file, options)),
  );

const audit = program.command('audit').description('the audit trail: who did what to whom');

audit
  .command('verify')
  .description('hold every event against the chain and its signatures; 3 where something was changed')
  .option('--expect <link>', 'a link that was printed earlier and must still be there, such as 41:5f0c…')
  .option(...JSON_FLAG)
  .action((options: VerifyCommandOptions & Common) =>
    runCommand(options.json, (output) => runAuditVerify(output, options)),
  );

audit
  .command('export')
  .description('write it as one JSON object a line, oldest first')
  .option('--from <instant>', 'not before this instant, such as 2026-11-01')
  .option('--to <instant>', 'before this instant')
  .option('--output <file>', 'write a file instead of standard output')
  .option(...JSON_FLAG)
  .action((options: ExportCommandOptions & Common) =>
    runCommand(options.json, (output) => runAuditExport(output, options, options.json)),
  );

program
  .command('doctor')
  .description('look at everything the server needs, and say what to mend')
  .option(...JSON_FLAG)
  .action(({ json }: Common) => runCommand(json, runDoctor));

program
  .command('watch')
  .description(
    'watch any Postgres from beside it: its sessions, statements, tables, alerts and incidents, in the console',
  )
  .argument('<url>', 'the database, such as postgres://role@host:5432/app; the password may come from PGPASSWORD')
  .option('--port <number>', 'where the console listens, on this machine alone', readPort, 8410)
  .option('--keep <folder>', 'keep what is seen in this folder; without it nothing stays')
  .option('--store <url>', 'keep it in a Postgres of yours instead')
  .option('--check', 'say what can be seen and what cannot, and end (3 where more could be)', false)
  .option(...JSON_FLAG)
  .action((url: string, options: WatchCommandOptions) =>
    runCommand(options.json, (output) => runWatch(output, url, options)),
  );

program
  .command('snapshot')
  .description('write schema, sizes and statistics of a database to a file, for reviews and advice without it')
  .argument('[url]', 'the database, such as postgres://role@host:5432/app; that of DATABASE_URL when left out')
  .option('--out <file>', 'where to; gzip where it ends in .gz, - for standard output', 'aquifer.statistics.json')
  .option('--schema <names>', 'these schemas alone', readList)
  .option('--role <name>', 'whose settings count: the role that the application logs in as')
  .option('--hash <columns>', 'further columns whose values become their rank, such as email,orders.*', readList)
  .option('--omit <columns>', 'columns whose values are left out', readList)
  .option('--show-values', 'leave the values of columns that look personal or secret as they are', false)
  .option(...JSON_FLAG)
  .action((url: string | undefined, options: SnapshotCommandOptions & Common) =>
    runCommand(options.json, (output) => runSnapshot(output, url, options)),
  );

program
  .command('review')
  .description('plan every statement with realistic values, and say what is wrong with its plan and what cures it')
  .option('--database <url>', 'any Postgres; that of DATABASE_URL when left out')
  .option('--statistics <file>', 'what aquifer snapshot wrote, in place of a database')
  .option('--queries <patterns>', 'statements in files, such as src,sql/**/*.sql', readList)
  .option('--against <revision>', 'what this branch makes worse than that one, such as main; without a database')
  .option('--migrations <folder>', 'with --against: the .sql files that change the schema, in the order of their names')
  .addOption(
    new Option('--fail-on <what>', 'end with 3 for a severe finding or a worse plan, or for any concern')
      .choices(['worse', 'concern'])
      .default('worse'),
  )
  .option('--markdown <file>', 'write it as Markdown too, for a comment')
  .addOption(
    new Option('--engine <name>', 'the Postgres that plans').choices(['auto', 'pglite', 'native']).default('auto'),
  )
  .option('--exact', 'plan with an installed Postgres of the database’s own version', false)
  .option('--plans', 'show each plan', false)
  .option('--notes', 'show what is only good to know', false)
  .option('--show-values', 'show constants in plans', false)
  .option(...JSON_FLAG)
  .action((options: ReviewCommandOptions & Common) => runCommand(options.json, (output) => runReview(output, options)));

program
  .command('advise')
  .description('which indexes to create and which to drop, for any Postgres and with nothing of ours in it')
  .argument('[url]', 'the database, such as postgres://role@host:5432/app; that of DATABASE_URL when left out')
  .option('--queries <patterns>', 'statements in files too, such as sql/**/*.sql,src', readList)
  .option('--statistics <file>', 'what aquifer snapshot wrote, in place of a database; with --queries')
  .option(
    '--budget <size>',
    'all new indexes together, such as 5GB; half of what the tables take when left out',
    readBytes,
  )
  .option('--time <seconds>', 'how long to look at most, 60 when left out', readSeconds)
  .addOption(
    new Option('--engine <name>', 'the Postgres that plans').choices(['auto', 'pglite', 'native']).default('auto'),
  )
  .option('--exact', 'plan with an installed Postgres of the database’s own version', false)
  .option('--show-values', 'show constants in plans', false)
  .option('--check', 'end with 3 where an index is worth creating or dropping', false)
  .option(...JSON_FLAG)
  .action((url: string | undefined, options: AdviseCommandOptions & { budget?: number }) =>
    runCommand(options.json, (output) => runAdvise(output, url, { ...options, budgetBytes: options.budget })),
  );

program
  .command('forecast')
  .description('what statements will cost as the tables grow, which plans flip and when, and what will be too small')
  .argument('[url]', 'the database, such as postgres://role@host:5432/app; that of DATABASE_URL when left out')
  .option('--queries <patterns>', 'statements in files too, such as sql/**/*.sql,src', readList)
  .option('--statistics <file>', 'what aquifer snapshot wrote, in place of a database; with --queries')
  .option('--history <files>', 'earlier snapshots of the same database, from which its growth is measured', readList)
  .option('--factors <list>', 'times today’s rows, such as 1,2,10,100', (text: string) =>
    readList(text).map(readFactor),
  )
  .option('--fail-within <times>', 'end with 3 where a statement falls off a cliff before that', readFactor)
  .addOption(
    new Option('--engine <name>', 'the Postgres that plans').choices(['auto', 'pglite', 'native']).default('auto'),
  )
  .option('--exact', 'plan with an installed Postgres of the database’s own version', false)
  .option('--plans', 'show the plans of today and then', false)
  .option('--show-values', 'show constants in plans', false)
  .option(...JSON_FLAG)
  .action((url: string | undefined, options: ForecastCommandOptions & Common) =>
    runCommand(options.json, (output) => runForecast(output, url, options)),
  );

program
  .command('bisect')
  .description('which change between two snapshots of a database flipped a statement’s plan')
  .argument('<before>', 'what aquifer snapshot wrote before')
  .argument('<after>', 'and after')
  .requiredOption('--statement <text>', 'the statement, or its name in the files of --queries')
  .option('--queries <patterns>', 'where it is to be found, such as sql/**/*.sql,src', readList)
  .addOption(
    new Option('--engine <name>', 'the Postgres that plans').choices(['auto', 'pglite', 'native']).default('auto'),
  )
  .option('--exact', 'plan with an installed Postgres of the database’s own version', false)
  .option('--show-values', 'show constants in plans', false)
  .option(...JSON_FLAG)
  .action((before: string, after: string, options: BisectCommandOptions & Common) =>
    runCommand(options.json, (output) => runBisect(output, { before, after }, options)),
  );

await program.parseAsync(process.argv.length > 2 ? process.argv : [...process.argv, 'start']);
