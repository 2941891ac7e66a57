/** Another server in Aquifer's place: an adapter file, and an address or a function that starts it. */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Contestant, RunningServer } from './contestant.ts';
import type { DroughtOptions } from './options.ts';
import type { Ground } from './set-up.ts';

interface TargetModule {
  default?: { name?: unknown };
  /** Starts the server on the drought's own database. */
  startServer?: (ground: {
    databaseUrl: string;
    people: Ground['people'];
  }) => Promise<{ url: string; stop(): Promise<void> }>;
}

/** @throws TypeError that says what is missing */
export async function loadTarget(
  { adapter, url }: NonNullable<DroughtOptions['target']>,
  { database, people }: Pick<Ground, 'database' | 'people'>,
): Promise<Contestant> {
  const adapterPath = resolve(adapter);
  const { default: adapts, startServer } = (await import(pathToFileURL(adapterPath).href)) as TargetModule;
  if (typeof adapts?.name !== 'string') throw new TypeError(`${adapter} has no default export with a name.`);
  if (url === undefined && !startServer) {
    throw new TypeError(`${adapter} exports no startServer: say by --url where the server listens.`);
  }
  return {
    id: 'target',
    name: adapts.name,
    adapterPath,
    async start(): Promise<RunningServer> {
      if (url !== undefined) return { url, operatorToken: undefined, stop: async () => undefined };
      const server = await (startServer as NonNullable<typeof startServer>)({ databaseUrl: database.url, people });
      return { ...server, operatorToken: undefined };
    },
  };
}
