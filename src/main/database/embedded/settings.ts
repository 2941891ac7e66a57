/**
 * How the embedded Postgres is set: for a machine of one or two gigabytes that it shares with the application. Written
 * anew at each start, so that a newer Aquifer brings its newer settings; `alter system` overrides all but the last.
 */

import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { giveTo } from './folders.ts';
import type { OperatingUser } from './operating-user.ts';

const FILE_NAME = 'postgresql.aquifer.conf';
const MEGABYTE = 1024 * 1024;
/** The kernel's limit for a socket's path, without the final zero. */
const MAX_SOCKET_PATH_BYTES = 107;
const LONGEST_SOCKET_NAME = '/.s.PGSQL.65535.lock';

type Setting = [name: string, value: string, reason: string];

export interface SettingsOptions {
  cluster: string;
  logFolder: string;
  user: OperatingUser | undefined;
}

/** Writes the settings file and sees to it that postgresql.conf includes it. */
export async function writeSettings({ cluster, logFolder, user }: SettingsOptions): Promise<void> {
  await replaceFile(join(cluster, FILE_NAME), settingsText(cluster, logFolder), user);
  const main = join(cluster, 'postgresql.conf');
  const include = `include = '${FILE_NAME}'`;
  const text = await readFile(main, 'utf8');
  if (text.includes(include)) return;
  await replaceFile(
    main,
    `${text}\n# Aquifer's settings. What stands below this line overrides them.\n${include}\n`,
    user,
  );
}

/** Through a draft and a rename: a crash leaves the old file or the new one, and a planted link is not followed. */
async function replaceFile(path: string, text: string, user: OperatingUser | undefined): Promise<void> {
  const draft = `${path}.draft`;
  await rm(draft, { force: true });
  await writeFile(draft, text, { flag: 'wx', mode: 0o600 });
  await giveTo(draft, user);
  await rename(draft, path);
}

/** Where Postgres puts its Unix socket: its own folder, which only its user may enter, or nowhere. */
export function socketFolder(cluster: string): string {
  if (process.platform === 'win32') return '';
  return Buffer.byteLength(cluster + LONGEST_SOCKET_NAME) > MAX_SOCKET_PATH_BYTES ? '' : cluster;
}

/** What Postgres may count on: the machine's memory, or the container's share of it. */
function usableMemoryBytes(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '/').replaceAll("'", "''")}'`;
}

function settingsText(cluster: string, logFolder: string): string {
  const cacheMegabytes = Math.max(256, Math.floor(usableMemoryBytes() / MEGABYTE / 2));
  const sections: [title: string, lines: Setting[]][] = [
    ['Who may connect', connectionSettings(cluster)],
    ['Memory and planning', memorySettings(cacheMegabytes)],
    ['Writing', WRITE_SETTINGS],
    ['Housekeeping', VACUUM_SETTINGS],
    ['Seeing what happens', WATCH_SETTINGS],
    ['The log', logSettings(logFolder)],
  ];
  const text = sections.map(([title, lines]) => {
    const body = lines.map(([name, value, reason]) => `# ${reason}\n${name} = ${value}`);
    return `## ${title}\n\n${body.join('\n')}\n`;
  });
  return `# Written by Aquifer at every start: changes belong into postgresql.conf, below its include line.\n\n${text.join('\n')}`;
}

function connectionSettings(cluster: string): Setting[] {
  return [
    ['listen_addresses', "'127.0.0.1'", 'This database serves one process on this machine.'],
    [
      'unix_socket_directories',
      quoted(socketFolder(cluster)),
      'For psql; empty when the path is too long for a socket.',
    ],
    ['max_connections', '100', 'Each costs memory; the pool opens far fewer.'],
    ['reserved_connections', '10', 'For the role aquifer: other programs can never take the last ones.'],
    ['superuser_reserved_connections', '3', 'A way in for the owner when all else is taken.'],
    ['password_encryption', 'scram-sha-256', 'The log-in method that never sends the password.'],
    ['client_connection_check_interval', '1s', 'A statement whose caller is gone ends within a second.'],
    [
      'idle_in_transaction_session_timeout',
      '60s',
      "Only a backstop behind the pool's own limit: such a session keeps locks.",
    ],
    ['timezone', "'UTC'", 'Times mean the same on every machine.'],
  ];
}

function memorySettings(cacheMegabytes: number): Setting[] {
  return [
    ['shared_buffers', '128MB', 'Enough for the hot part of a small database; the system caches the rest.'],
    ['effective_cache_size', `${cacheMegabytes}MB`, 'Half of the memory: what the planner may expect to be cached.'],
    ['work_mem', '8MB', 'For one sort or hash; a hundred connections could each use it several times.'],
    ['maintenance_work_mem', '64MB', 'Builds an index in few passes without crowding out the application.'],
    ['random_page_cost', '1.1', 'The disk is flash, where jumping costs little more than reading on.'],
  ];
}

const WRITE_SETTINGS: Setting[] = [
  ['min_wal_size', '80MB', 'The log of changes stays small on a small disk.'],
  ['max_wal_size', '1GB', 'A burst of writing does not force checkpoints.'],
  ['checkpoint_timeout', '15min', 'Fewer whole pages in the log; recovery after a crash still takes seconds.'],
  ['wal_compression', 'on', 'Whole pages in the log shrink to about a third.'],
];

const VACUUM_SETTINGS: Setting[] = [
  ['autovacuum', 'on', 'Without it tables swell and statistics age.'],
  ['autovacuum_naptime', '30s', 'A small busy table, such as a queue, is cleaned before it swells.'],
  ['autovacuum_vacuum_scale_factor', '0.1', 'Cleans after a tenth has changed, rather than a fifth.'],
  ['autovacuum_analyze_scale_factor', '0.05', 'Plans follow the data closely; analysing is cheap.'],
];

const WATCH_SETTINGS: Setting[] = [
  ['shared_preload_libraries', "'pg_stat_statements,auto_explain'", 'They can be loaded only at the start.'],
  ['track_io_timing', 'on', 'Tells waiting for the disk from working; reading the clock is cheap on current machines.'],
  ['track_functions', 'pl', 'Names the function that takes the time.'],
  ['track_activity_query_size', '4096', 'The longest statement that is shown whole.'],
  ['pg_stat_statements.max', '5000', 'As many different statements are remembered.'],
  ['auto_explain.log_min_duration', '1s', 'A statement that takes a second is worth its plan in the log.'],
  [
    'auto_explain.sample_rate',
    '1',
    'Each of them, since without log_analyze a plan costs nothing until it is written.',
  ],
  ['auto_explain.log_analyze', 'off', 'Counting rows would slow every statement, the fast ones too.'],
  ['auto_explain.log_nested_statements', 'on', 'The slow statement may stand inside a function.'],
  ['auto_explain.log_format', 'json', 'Read by programs too.'],
  ['auto_explain.log_parameter_max_length', '0', 'Parameters hold secrets and do not belong into a log.'],
];

function logSettings(logFolder: string): Setting[] {
  return [
    ['logging_collector', 'on', "Postgres writes its log itself and keeps on when Aquifer's process is gone."],
    ['log_destination', "'stderr'", 'Plain lines.'],
    ['log_directory', quoted(logFolder), 'Beside the data, where a person finds it.'],
    ['log_filename', "'postgres-%a.log'", 'One file for each day of the week,'],
    ['log_rotation_age', '1d', 'changed at midnight,'],
    ['log_rotation_size', '0', 'not by size, which would only continue the same file,'],
    ['log_truncate_on_rotation', 'on', 'and emptied when its day comes round: a week is kept.'],
    ['log_file_mode', '0600', 'A log shows statements.'],
    ['log_timezone', "'UTC'", "The same clock as Aquifer's own log."],
    ['log_line_prefix', "'%m [%p] %q%u %a '", 'When, which process, which role, which program.'],
    ['log_lock_waits', 'on', 'Waiting a second for a lock is the beginning of many outages.'],
    ['log_temp_files', '10MB', 'A sort that needs the disk wants an index or more memory.'],
    ['log_autovacuum_min_duration', '10s', 'Cleaning that takes long is worth knowing.'],
    ['log_parameter_max_length', '0', 'Parameters hold secrets,'],
    ['log_parameter_max_length_on_error', '0', 'also when the statement failed.'],
  ];
}
