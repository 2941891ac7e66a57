// Attacks a server of this build with Debian's tools, each against a server of its own on this machine, and says of each
// what it tried, what it found, and whether that is as it should be. A tool that is not there was not asked: never "passed".

import './node-version.js';
import { prepare } from './build.js';
import { guessPasswords } from './security/hydra.js';
import { holdConnections } from './security/slowhttptest.js';
import { injectSql } from './security/sqlmap.js';
import { startTarget } from './security/target.js';
import { probeTls } from './security/testssl.js';
import { crawl } from './security/wapiti.js';
import { findSecurityTools } from './system-packages.js';
import { Fault, runScript, step } from './terminal.js';

const help = `
Usage: npm run security [-- NAME...] [--json]

Starts a server of this build for each tool, on the loopback and with a database of its own, and attacks it:

  hydra         guesses the password of an account (about 10 s)
  slowhttptest  holds hundreds of connections by sending slowly, while others log in (about 40 s)
  sqlmap        tries to inject SQL through every parameter of the API (about 3 minutes)
  testssl       looks at the TLS of the server itself (about 2 minutes)
  wapiti        crawls the pages and the API, and attacks what it finds (about 2 minutes)

Without NAME all of them run. On Debian what is missing is installed. Exits with 1 where anything was found, with 2 where a
tool could not be had.
`;

const ATTACKS = {
  hydra: { title: 'hydra guesses passwords', run: guessPasswords },
  slowhttptest: { title: 'slowhttptest holds connections', run: holdConnections },
  sqlmap: { title: 'sqlmap injects SQL', run: injectSql },
  testssl: { title: 'testssl.sh looks at TLS', run: probeTls, isTls: true },
  wapiti: { title: 'wapiti crawls and attacks', run: crawl, isTls: true },
};

async function attack(name, program) {
  const { title, run, isTls = false } = ATTACKS[name];
  if (!program) return { name, status: 'not checked', tried: `${name} is not installed`, found: [] };
  return step(title, async () => {
    const target = await startTarget({ isTls });
    try {
      const { tried, found } = await run(program, target);
      return { name, status: found.length === 0 ? 'as it should be' : 'found something', tried, found };
    } finally {
      await target.stop();
    }
  });
}

function show(results) {
  console.log('');
  for (const { name, status, tried, found } of results) {
    console.log(`${name}: ${status}. ${tried}`);
    for (const one of found) console.log(`  - ${one}`);
  }
}

await runScript(help, async (given) => {
  const isJson = given.includes('--json');
  const names = given.filter((one) => !one.startsWith('--'));
  const unknown = names.filter((name) => !(name in ATTACKS));
  if (unknown.length > 0) throw new Fault(`There is no attack called ${unknown.join(', ')}; see --help.`);
  const chosen = names.length > 0 ? names : Object.keys(ATTACKS);
  await prepare({ withBenchmarks: false });
  const programs = await findSecurityTools(chosen);
  const results = [];
  for (const name of chosen) results.push(await attack(name, programs[name]));
  if (isJson) console.log(JSON.stringify({ results }));
  else show(results);
  if (results.some(({ status }) => status === 'not checked')) process.exitCode = 2;
  if (results.some(({ status }) => status === 'found something')) process.exitCode = 1;
});
