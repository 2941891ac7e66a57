/** `aquifer doctor`: looks at everything a server needs and says, line by line, what is well and what to do about the rest. */

import { Client } from 'pg';
import { examineCapacity } from '../database/budget/index.ts';
import { readMigrations } from '../database/migrate.ts';
import { type Config, readConfig } from '../foundation/config.ts';
import { messageOf } from '../foundation/errors.ts';
import { checkBreachedPasswords, checkCertificate } from './check-files.ts';
import { verifySmtp } from './check-smtp.ts';
import { type CommandOutput, exitCodes } from './command-output.ts';
import { withConnectionString } from './database-access.ts';
import type { Finding } from './finding.ts';

const OLDEST_POSTGRES = 140_000;
const NEWEST_POSTGRES = 190_000;
const CONNECT_TIMEOUT_MS = 5_000;

export async function runDoctor(output: CommandOutput): Promise<number> {
  const findings: Finding[] = [{ check: 'Node.js', status: 'ok', detail: process.version }];
  const config = readConfigInto(findings);
  if (config) {
    findings.push(...checkSettings(config));
    findings.push(...(await checkCertificate(config)), ...(await checkBreachedPasswords(config)));
    await examineDatabase(config, output, findings);
    if (config.smtpUrl) findings.push(await verifySmtp(config.smtpUrl));
  }
  const faults = findings.filter(({ status }) => status === 'fault').length;
  const words = { ok: 'ok     ', warning: 'warning', fault: 'fault  ' };
  const lines = findings.map(({ check, status, detail }) => `${words[status]}  ${check.padEnd(16)} ${detail}`);
  const summary =
    faults === 0 ? 'Nothing stands in the way.' : `${faults} ${faults === 1 ? 'fault' : 'faults'} to mend.`;
  output.answer([...lines, '', summary], { healthy: faults === 0, findings });
  return faults === 0 ? exitCodes.done : exitCodes.unhealthy;
}

function readConfigInto(findings: Finding[]): Config | null {
  try {
    const config = readConfig(process.env);
    findings.push({ check: 'Settings', status: 'ok', detail: `${config.mode}, ${config.baseUrl}` });
    return config;
  } catch (error) {
    findings.push({ check: 'Settings', status: 'fault', detail: messageOf(error) });
    return null;
  }
}

function checkSettings(config: Config): Finding[] {
  const findings: Finding[] = [
    config.smtpUrl
      ? { check: 'Mail', status: 'ok', detail: 'SMTP_URL is set' }
      : { check: 'Mail', status: 'warning', detail: 'no SMTP_URL: mail stays on the console’s mailbox page' },
  ];
  const isOpenToAll = config.host === '0.0.0.0' || config.host === '::';
  const servesTls = config.baseUrl.startsWith('https:');
  if (isOpenToAll && !servesTls) {
    const detail =
      'listens on every address without TLS; set TLS_CERT_FILE and TLS_KEY_FILE, or put it behind a proxy that has it, and BASE_URL to https://…';
    findings.push({ check: 'Address', status: 'warning', detail });
  }
  // Where the address has TLS and we have no certificate, a proxy has.
  if (servesTls && config.tlsCertFile === undefined && config.trustedProxies.length === 0) {
    const detail =
      'TRUSTED_PROXIES is empty: behind a proxy every user seems to come from one network, and shares its limits';
    findings.push({ check: 'Proxy', status: 'warning', detail });
  }
  return findings;
}

async function examineDatabase(config: Config, output: CommandOutput, findings: Finding[]): Promise<void> {
  try {
    await withConnectionString(
      config,
      (line) => output.progress(line),
      async (connectionString) => {
        const client = new Client({
          connectionString,
          application_name: 'aquifer doctor',
          connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        });
        await client.connect();
        try {
          findings.push(await checkVersion(client), await checkBudget(client, config), await checkSchema(client));
        } finally {
          await client.end();
        }
      },
    );
  } catch (error) {
    findings.push({ check: 'Database', status: 'fault', detail: messageOf(error) });
  }
}

async function checkVersion(client: Client): Promise<Finding> {
  const { rows } = await client.query<{ number: string; version: string }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as version`,
  );
  const [{ number = '0', version = '' } = {}] = rows;
  const isSupported = Number(number) >= OLDEST_POSTGRES && Number(number) < NEWEST_POSTGRES;
  const detail = `Postgres ${version}${isSupported ? '' : ' (14 to 18 are supported)'}`;
  return { check: 'Database', status: isSupported ? 'ok' : 'fault', detail };
}

async function checkBudget(client: Client, { poolMax, sharedBudget }: Config): Promise<Finding> {
  const { status, sentence } = await examineCapacity(client, poolMax, sharedBudget);
  const words = { fits: 'ok', tight: 'warning', impossible: 'fault', unknown: 'warning' } as const;
  return { check: 'Connections', status: words[status], detail: sentence };
}

async function checkSchema(client: Client): Promise<Finding> {
  const known = readMigrations(new URL('../database/migrations/', import.meta.url));
  const { rows: found } = await client.query<{ exists: boolean }>(
    `select to_regclass('aquifer_database.migrations') is not null as exists`,
  );
  if (!found[0]?.exists) return { check: 'Schema', status: 'warning', detail: 'empty; the first start migrates it' };
  const { rows } = await client.query<{ version: number }>('select version from aquifer_database.migrations');
  const applied = new Set(rows.map(({ version }) => version));
  const missing = known.filter(({ version }) => !applied.has(version)).length;
  const unknown = rows.filter(({ version }) => !known.some((one) => one.version === version)).length;
  if (unknown > 0)
    return { check: 'Schema', status: 'fault', detail: 'was migrated by a newer Aquifer; start that one' };
  if (missing > 0)
    return { check: 'Schema', status: 'warning', detail: `${missing} migrations wait for the next start` };
  return { check: 'Schema', status: 'ok', detail: `at migration ${Math.max(...applied)}` };
}
