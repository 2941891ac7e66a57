// What the tests need beside npm's packages: a Chromium, a second, older Postgres, PgBouncer, Prometheus and Alertmanager.
// Installed through apt where that is possible without asking (as root on Debian and its kin), otherwise looked for, otherwise
// named in one line.

import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runQuietly, say, step } from './terminal.js';

const APT_ENVIRONMENT = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
const POSTGRES_FOLDER = '/usr/lib/postgresql';
const POLICY_FILE = '/usr/sbin/policy-rc.d';
const CLUSTER_SETTINGS = '/etc/postgresql-common/createcluster.d';
/** The tests' second Postgres: the oldest that is supported comes first. */
const OLDER_VERSIONS = ['14', '15', '16', '17'];

const PROGRAM_FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];

const CHROMIUM_PLACES = [
  ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map((name) => `/usr/bin/${name}`),
  '/usr/local/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The path of a Chromium; undefined when there is none and none can be installed. */
export async function findChromium() {
  const found = lookForChromium();
  if (found || !canInstall())
    return found ?? adviseOn('Chromium', 'set CHROMIUM_PATH to one to run the tests in a browser');
  await installPackages('Installing Chromium', ['chromium']);
  return lookForChromium();
}

/** The folder with initdb and postgres of an older version; undefined when there is none. */
export async function findOlderPostgres() {
  const found = lookForPostgres();
  if (found || !canInstall())
    return found ?? adviseOn('Postgres 15', 'set OLDER_POSTGRES_BIN to its bin folder to test with it too');
  await withoutSystemCluster(() => installPackages('Installing PostgreSQL 15', ['postgresql-15']));
  return lookForPostgres();
}

/** The path of PgBouncer; undefined when there is none and none can be installed. */
export async function findPgBouncer() {
  const found = lookForPgBouncer();
  if (found || !canInstall())
    return found ?? adviseOn('PgBouncer', 'set PGBOUNCER_PATH to one to run the tests behind it');
  await withoutSystemService(['pgbouncer'], () => installPackages('Installing PgBouncer', ['pgbouncer']));
  return lookForPgBouncer();
}

/** The folder with prometheus, promtool, alertmanager and amtool; undefined when they are not all there. */
export async function findPrometheus() {
  const found = lookForPrometheus();
  const advice = 'set PROMETHEUS_BIN to the folder of both to check what is made for them';
  if (found || !canInstall()) return found ?? adviseOn('Prometheus with Alertmanager', advice);
  const names = ['prometheus', 'prometheus-alertmanager'];
  await withoutSystemService(names, () => installPackages('Installing Prometheus and Alertmanager', names));
  return lookForPrometheus();
}

const SECURITY_PACKAGES = {
  hydra: 'hydra',
  slowhttptest: 'slowhttptest',
  sqlmap: 'sqlmap',
  testssl: 'testssl.sh',
  wapiti: 'wapiti',
};

/** The paths of the tools that attack a server, by name; those that are not there and cannot be installed are left out. */
export async function findSecurityTools(names) {
  const look = () =>
    Object.fromEntries(
      names.flatMap((name) => {
        const found = PROGRAM_FOLDERS.map((folder) => join(folder, name)).find(isProgram);
        return found ? [[name, found]] : [];
      }),
    );
  const missing = names.filter((name) => !(name in look())).map((name) => SECURITY_PACKAGES[name]);
  if (missing.length === 0) return look();
  if (canInstall()) await installPackages(`Installing ${missing.join(', ')}`, missing);
  else adviseOn(missing.join(', '), 'what they would have tried is not checked');
  return look();
}

function lookForPgBouncer() {
  const named = process.env.PGBOUNCER_PATH;
  const places = PROGRAM_FOLDERS.map((folder) => join(folder, 'pgbouncer'));
  return [...(named ? [named] : []), ...places].find(isProgram);
}

function lookForPrometheus() {
  const named = process.env.PROMETHEUS_BIN;
  return [...(named ? [named] : []), ...PROGRAM_FOLDERS].find(
    (folder) =>
      ['prometheus', 'promtool', 'amtool'].every((name) => isProgram(join(folder, name))) &&
      // Debian calls it by its package's name.
      ['alertmanager', 'prometheus-alertmanager'].some((name) => isProgram(join(folder, name))),
  );
}

function lookForChromium() {
  const named = process.env.CHROMIUM_PATH;
  return [...(named ? [named] : []), ...CHROMIUM_PLACES, ...playwrightChromiums()].find(isProgram);
}

/** Those that Playwright has downloaded for some other project. */
function playwrightChromiums() {
  const folder = process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), '.cache', 'ms-playwright');
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).filter((name) => name.startsWith('chromium-'));
  return versions.flatMap((name) =>
    ['chrome-linux64', 'chrome-linux'].map((part) => join(folder, name, part, 'chrome')),
  );
}

function lookForPostgres() {
  const named = process.env.OLDER_POSTGRES_BIN;
  const preferred = ['15', ...OLDER_VERSIONS].map((version) => join(POSTGRES_FOLDER, version, 'bin'));
  return [...(named ? [named] : []), ...preferred].find((folder) => {
    return isProgram(join(folder, 'initdb')) && isProgram(join(folder, 'postgres'));
  });
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function canInstall() {
  return process.getuid?.() === 0 && isProgram('/usr/bin/apt-get');
}

function adviseOn(what, advice) {
  say(`${what} was not found; ${advice}.`);
  return undefined;
}

/** Fetches the lists only when the packages are not in those that are here. Says what failed, and goes on without. */
async function installPackages(title, names) {
  const install = () =>
    runQuietly('apt-get', ['install', '-y', '--no-install-recommends', ...names], { env: APT_ENVIRONMENT });
  try {
    await step(title, async () => {
      await install().catch(async () => {
        await runQuietly('apt-get', ['update'], { env: APT_ENVIRONMENT });
        await install();
      });
    });
  } catch (error) {
    say(error.message);
  }
}

/** Debian's package makes and starts a server of its own, which nobody here has asked for. */
async function withoutSystemCluster(work) {
  // Its settings are read from a folder that need not exist, and are taken away again when they have served.
  const made = mkdirSync(CLUSTER_SETTINGS, { recursive: true });
  const path = join(CLUSTER_SETTINGS, 'aquifer-tests.conf');
  writeFileSync(path, 'create_main_cluster = false\n');
  try {
    await work();
  } finally {
    rmSync(path, { force: true });
    if (made !== undefined && readdirSync(CLUSTER_SETTINGS).length === 0) rmdirSync(CLUSTER_SETTINGS);
  }
}

/** The same for a package that starts a service: the tests start the program themselves, with their own settings. */
async function withoutSystemService(names, work) {
  // What Debian's packages ask before they start anything; 101 is "not allowed".
  const isOurs = !existsSync(POLICY_FILE);
  if (isOurs) writeFileSync(POLICY_FILE, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    if (isOurs) rmSync(POLICY_FILE, { force: true });
  }
  // Nor at the next start of the machine.
  if (isProgram('/usr/bin/systemctl')) await runQuietly('systemctl', ['disable', ...names]).catch(() => undefined);
}
