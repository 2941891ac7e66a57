import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPlaceFinder } from '../../../main/accounts/sessions/places.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { writePlacesFile } from '../../support/places-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'places-'));
});
afterAll(() => rm(folder, { recursive: true }));
const logger = createLogger({ level: 'silent' });

const GOOD = writePlacesFile([
  { network: '203.0.113.0/24', city: 'Utrecht', country: 'Netherlands' },
  { network: '198.51.100.0/24', country: 'Norway' },
]);

/** As somebody does who is careful: nobody ever sees half a file. */
async function put(name: string, content: Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
  return path;
}

describe('places', () => {
  test('are found in the file; what is not there is not known', async () => {
    const places = createPlaceFinder(await put('good.mmdb', GOOD), logger);
    await places.service.runOnce();
    expect(places.find('203.0.113.7')).toEqual({ city: 'Utrecht', country: 'Netherlands' });
    expect(places.find('::ffff:203.0.113.7')).toEqual({ city: 'Utrecht', country: 'Netherlands' });
    expect(places.find('198.51.100.1')).toEqual({ city: null, country: 'Norway' });
    for (const unknown of ['192.0.2.1', '2001:db8::1', 'rubbish', '']) expect(places.find(unknown)).toBeNull();
  });

  test('are none without a file', async () => {
    const places = createPlaceFinder(undefined, logger);
    await places.service.runOnce();
    expect(places.find('203.0.113.7')).toBeNull();
  });

  test('follow the file when it changes, and outlive a broken one', async () => {
    const path = await put('changing.mmdb', GOOD);
    const places = createPlaceFinder(path, logger);
    await places.service.runOnce();
    await put('changing.mmdb', Buffer.from('this is no such file'));
    await expect(places.service.runOnce()).rejects.toThrow('cannot be read');
    expect(places.find('203.0.113.7')?.city).toBe('Utrecht');
    // Said once, and not with every look.
    await places.service.runOnce();
    await put('changing.mmdb', writePlacesFile([{ network: '203.0.113.0/24', city: 'Delft', country: 'Netherlands' }]));
    await places.service.runOnce();
    expect(places.find('203.0.113.7')?.city).toBe('Delft');
  });

  test('a file that is not there is said, and is taken once it comes', async () => {
    const places = createPlaceFinder(join(folder, 'later.mmdb'), logger);
    await expect(places.service.runOnce()).rejects.toThrow('cannot be read');
    await put('later.mmdb', GOOD);
    await places.service.runOnce();
    expect(places.find('203.0.113.7')?.city).toBe('Utrecht');
  });
});
