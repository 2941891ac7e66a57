// Lets one script at a time install and build in this folder; a second one waits for its turn.

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './install.js';
import { say } from './terminal.js';

const WAIT_MS = 200;
/** Longer than any install and build: behind an older file there is no script, whoever has its number now. */
const SURELY_STALE_MS = 30 * 60_000;

export async function inTurn(work) {
  const path = join(root, 'dist', '.turn');
  mkdirSync(join(root, 'dist'), { recursive: true });
  for (let hasSaid = false; !tryToTake(path); ) {
    const holder = holderOf(path);
    if (holder === undefined) {
      rmSync(path, { force: true });
      continue;
    }
    if (!hasSaid) say(`Waiting for process ${holder}, which is installing or building here.`);
    hasSaid = true;
    await sleep(WAIT_MS);
  }
  const giveUp = () => rmSync(path, { force: true });
  process.once('exit', giveUp);
  try {
    return await work();
  } finally {
    process.off('exit', giveUp);
    giveUp();
  }
}

function tryToTake(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The number of the script that has the turn; undefined when it is gone. */
function holderOf(path) {
  try {
    const holder = Number(readFileSync(path, 'utf8'));
    if (Date.now() - statSync(path).mtimeMs > SURELY_STALE_MS) return undefined;
    if (holder > 0) process.kill(holder, 0);
    return holder;
  } catch (error) {
    return error.code === 'EPERM' ? 'of another user' : undefined;
  }
}
