import { chmod, cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDataFolder } from '../../../main/database/embedded/data-folder.ts';
import { temporaryFolder } from '../../support/embedded-folder.ts';

const silent = () => undefined;

test('the folder that was asked for is used where Postgres can reach it', async () => {
  const asked = join(await temporaryFolder(), 'data');
  const { home, cluster } = await openDataFolder(asked, silent);
  expect(home).toBe(asked);
  expect(cluster).toBe(join(asked, 'cluster'));
});

describe.runIf(process.getuid?.() === 0)('as root, in a folder that Postgres cannot reach', () => {
  async function closedFolder(): Promise<string> {
    const closed = join(await temporaryFolder(), 'closed');
    await mkdir(closed, { mode: 0o700 });
    return closed;
  }

  async function open(asked: string): Promise<{ home: string; lines: string[] }> {
    const lines: string[] = [];
    const { home } = await openDataFolder(asked, (line) => lines.push(line));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    return { home, lines };
  }

  test('another place is chosen, said once, and found again', async () => {
    const asked = join(await closedFolder(), 'data');
    const first = await open(asked);
    expect(first.home).toMatch(/^\/var\/lib\/aquifer\//);
    expect(first.lines).toEqual([expect.stringContaining('cannot enter')]);
    expect((await readFile(join(asked, 'location'), 'utf8')).trim()).toBe(first.home);
    expect(await open(asked)).toEqual({ home: first.home, lines: [] });
  });

  test('a checkout that was moved keeps its database, a copy of it begins its own', async () => {
    const closed = await closedFolder();
    const { home } = await open(join(closed, 'data'));
    await cp(join(closed, 'data'), join(closed, 'copy'), { recursive: true });
    const copy = await open(join(closed, 'copy'));
    expect(copy.home).not.toBe(home);

    await rename(join(closed, 'data'), join(closed, 'moved'));
    expect((await open(join(closed, 'moved'))).home).toBe(home);
  });

  test('who deletes the folder begins anew, and is told where the old database is', async () => {
    const asked = join(await closedFolder(), 'data');
    const first = await open(asked);
    await rm(asked, { recursive: true });
    const second = await open(asked);
    expect(second.home).not.toBe(first.home);
    expect(second.lines[0]).toContain(first.home);
  });

  test('a place that is gone is not silently begun anew', async () => {
    const asked = join(await closedFolder(), 'data');
    const { home } = await open(asked);
    await rm(home, { recursive: true });
    await expect(open(asked)).rejects.toMatchObject({ message: expect.stringContaining('where there is none') });
    await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a cluster that was closed off afterwards is named, not replaced', async () => {
    const folder = await temporaryFolder();
    const asked = join(folder, 'data');
    await mkdir(join(asked, 'cluster'), { recursive: true });
    await chmod(folder, 0o700);
    await expect(open(asked)).rejects.toMatchObject({ code: 'embedded_data_folder_unwritable' });
  });
});
