/**
 * The embedded Postgres: a real server, brought by npm, started and stopped with Aquifer, for whoever has none.
 * It keeps nothing in memory that matters: after any kind of death the next start finds all that was acknowledged.
 */

import type { Logger } from '../../foundation/logger.ts';
import { findBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { dataFolderUnwritable, isRefusalToWrite, reasonOf } from './errors.ts';
import { makePrivateFolder } from './folders.ts';
import { acquireOwnership } from './ownership-lock.ts';
import { APPLICATION_ROLE, SUPERUSER } from './passwords.ts';
import { clearLeftOvers } from './pid-file.ts';
import { startPostmaster, type UnexpectedExit } from './postmaster.ts';
import { DATABASE, prepareDatabase } from './roles.ts';
import { writeSettings } from './settings.ts';

// For who runs a Postgres of his own making, as the planner's twin does.
export { type Binaries, findBinaries, runAs } from './binaries.ts';
export { giveTo } from './folders.ts';
export { chooseOperatingUser, type OperatingUser } from './operating-user.ts';
export { type Postmaster, startPostmaster, type UnexpectedExit } from './postmaster.ts';

export interface EmbeddedPostgresOptions {
  /** Made when it is missing. Belongs to Aquifer alone. */
  dataDir: string;
  /** On 127.0.0.1. Any that is free when left out. */
  port?: number | undefined;
  /** Further settings, by name, which override ours. */
  settings?: Record<string, string> | undefined;
  /** Receives one sentence for each step that a person waits for. */
  onProgress?: ((line: string) => void) | undefined;
  logger?: Logger | undefined;
}

export interface EmbeddedPostgres {
  /** For the application: the role `aquifer`, which owns the database and is no superuser. */
  url: string;
  /** For what only a superuser may do, in the same database. */
  superuserUrl: string;
  /** Such as "18.4". */
  version: string;
  port: number;
  /** Where the files really are, which is not always the folder that was asked for. */
  dataFolder: string;
  /** Says where this Aquifer can be found, for the refusal which a second start in the same folder prints. */
  announce(address: string): Promise<void>;
  /** Ends all sessions, stops the server and gives the folder back. May be called again. */
  stop(): Promise<void>;
  /** Calls the listener when the server ends without having been asked to, at once if that has happened. */
  onUnexpectedExit(listener: (exit: UnexpectedExit) => void): void;
}

/**
 * Resolves when the server takes connections and the database and both roles are there.
 * @throws AppError embedded_version_mismatch, embedded_data_folder_unwritable, embedded_start_failed,
 *   embedded_unsupported_platform, embedded_already_running
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const onProgress = options.onProgress ?? (() => undefined);
  const folder = await openDataFolder(options.dataDir, onProgress);
  const lock = await asRefusalToWrite(folder, () => acquireOwnership(folder.home));
  try {
    const started = await asRefusalToWrite(folder, () => startServer(folder, options, onProgress));
    const { postmaster, prepared, superuserPassword } = started;
    const place = `127.0.0.1:${postmaster.port}/${DATABASE}`;
    options.logger?.info(
      { version: prepared.version, port: postmaster.port, folder: folder.home },
      'postgres is ready',
    );
    postmaster.onUnexpectedExit(({ exitCode, signal, logTail }) => {
      options.logger?.error({ exitCode, signal, reason: logTail }, 'postgres ended unexpectedly');
    });
    return {
      url: `postgres://${APPLICATION_ROLE}:${prepared.applicationPassword}@${place}`,
      superuserUrl: `postgres://${SUPERUSER}:${superuserPassword}@${place}`,
      version: prepared.version,
      port: postmaster.port,
      dataFolder: folder.home,
      announce: lock.announce,
      async stop() {
        await postmaster.stop();
        await lock.release();
      },
      onUnexpectedExit: postmaster.onUnexpectedExit,
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function startServer(
  folder: DataFolder,
  { port, settings = {} }: EmbeddedPostgresOptions,
  onProgress: (line: string) => void,
) {
  const binaries = await findBinaries({ user: folder.user, copyFolder: folder.programFolder, onProgress });
  await clearLeftOvers(folder.cluster, onProgress);
  const superuserPassword = await ensureCluster({ folder, binaries, onProgress });
  await makePrivateFolder(folder.logFolder, folder.user);
  await writeSettings({ cluster: folder.cluster, logFolder: folder.logFolder, user: folder.user });
  const postmaster = await startPostmaster({ folder, binaries, port, settings, onProgress });
  try {
    const prepared = await prepareDatabase({ home: folder.home, port: postmaster.port, superuserPassword });
    return { postmaster, prepared, superuserPassword };
  } catch (error) {
    await postmaster.stop();
    throw error;
  }
}

/** A full or read-only disk can show itself at any step; it is the same plain fault everywhere. */
async function asRefusalToWrite<Result>(folder: DataFolder, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isRefusalToWrite(error)) throw dataFolderUnwritable(folder.home, reasonOf(error), error);
    throw error;
  }
}
