// hydra guesses the password of an account, with the right one at the end of a list that a person could well have used. It
// must not find it: the tries end before. And the owner, at another network, must still get in.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { USER } from './target.js';

const GUESSES = 60;
/** The tries that one network has at one account before it pauses: see docs/user-guide/limits.md. */
const FREE_TRIES = 5;

export async function guessPasswords(program, { port, folder, ask }) {
  const list = join(folder, 'passwords.txt');
  const wrong = Array.from({ length: GUESSES }, (_, index) => `sevengreenkettlessang${index}`);
  writeFileSync(list, [...wrong, USER.password].join('\n'));
  const body = '{"email"\\:"^USER^","password"\\:"^PASS^"}';
  // A refusal names its code; hydra writes spaces as %20, which is why no password here has one.
  const form = `/v1/accounts/log-in:${body}:H=Content-Type\\: application/json:F=docs/errors`;
  const output = await run(program, [
    ...['-l', USER.email, '-P', list, '-t', '4', '-f', '-I', '-s', String(port)],
    ...['127.0.0.1', 'http-post-form', form],
  ]);
  const found = [];
  if (/\[\d+\]\[http-post-form\].*password:/.test(output)) found.push('hydra found the password');
  if (!/0 valid password/.test(output)) found.push(`hydra did not finish: ${output.trim().split('\n').at(-1)}`);
  const blocked = await ask('POST', '/v1/accounts/log-in', { body: USER });
  if (blocked.status !== 429) found.push(`after ${GUESSES} guesses the network is not paused (${blocked.status})`);
  if (!blocked.headers.get('retry-after')) found.push('the pause does not say how long it is');
  return { tried: `${GUESSES} wrong guesses and then the right one; ${FREE_TRIES} tries were free.`, found };
}

/** Its exit code says little; what it printed says all. */
export function run(program, programArguments, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', () => resolve(output));
  });
}
