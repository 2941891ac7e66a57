/**
 * Where a network is, from a file in MaxMind's format (GeoLite2 City, DB-IP City Lite and others) that the operator puts
 * there. Nobody outside is asked. The file is looked at again when it changes; one that cannot be read leaves the last good
 * one in use, and is said.
 */

import { stat } from 'node:fs/promises';
import { type CityResponse, open, type Reader } from 'maxmind';
import { messageOf } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import { canonicalIp } from '../../foundation/network.ts';
import { createPeriodicService, type PeriodicService } from '../../foundation/service.ts';
import type { Place } from '../schema.ts';

export interface PlaceFinder {
  /** Null where it is not known. Never waits and never throws. */
  find(ip: string): Place | null;
  /** Reads the file when it has changed. */
  readonly service: PeriodicService;
}

const LOOK_INTERVAL_MS = 60_000;
const MAX_NAME_LENGTH = 200;

/** @param path undefined where no file is configured: then nothing is known of any place */
export function createPlaceFinder(path: string | undefined, logger: Logger): PlaceFinder {
  let reader: Reader<CityResponse> | undefined;
  let seen = '';

  const read = async (file: string): Promise<void> => {
    const { mtimeMs, size, ino } = await stat(file);
    const version = `${mtimeMs} ${size} ${ino}`;
    if (version === seen) return;
    // Noted before it is read: a broken file is said once, and tried again when it changes.
    seen = version;
    reader = await open<CityResponse>(file, { cache: { max: 1_000 } });
    logger.info({ file }, 'the file of places was read');
  };

  return {
    find: (ip) => (reader ? placeOf(reader, ip) : null),
    service: createPeriodicService({
      name: 'places',
      intervalMs: LOOK_INTERVAL_MS,
      logger,
      async run() {
        if (path === undefined) return;
        await read(path).catch((error: unknown) => {
          throw unreadable(path, error);
        });
      },
    }),
  };
}

function placeOf(reader: Reader<CityResponse>, ip: string): Place | null {
  const address = canonicalIp(ip);
  if (address === null) return null;
  let found: CityResponse | null;
  try {
    found = reader.get(address);
  } catch {
    // A file that knows IPv4 alone throws for the rest.
    return null;
  }
  const city = nameOf(found?.city);
  const country = nameOf(found?.country ?? found?.registered_country);
  return city === null && country === null ? null : { city, country };
}

function nameOf(record: { names?: { en?: string } } | undefined): string | null {
  return record?.names?.en?.slice(0, MAX_NAME_LENGTH) ?? null;
}

function unreadable(path: string, cause: unknown): Error {
  const advice = 'Sessions get the places that were known before.';
  return new Error(`the file of places ${path} cannot be read (${messageOf(cause)}). ${advice}`, { cause });
}
