/**
 * Reads the configuration once, at the start, from the environment and an optional file, lists every fault at once, and
 * freezes the result. Nothing else reads the environment.
 */

import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { AppError, messageOf } from './errors.ts';
import type { LogLevel } from './logger.ts';
import { type SettingName, type SettingValues, settings } from './settings.ts';

export type Config = Readonly<Omit<SettingValues, 'baseUrl' | 'logLevel'> & { baseUrl: string; logLevel: LogLevel }>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Names the settings file, whose lines are NAME=value. The environment wins over it. */
const SETTINGS_FILE_VARIABLE = 'AQUIFER_CONFIG';
/** Read from the working folder when no other file is named. */
const DEFAULT_SETTINGS_FILE = '.env';

/**
 * @throws AppError `invalid_configuration`, with one line a fault in its message
 */
export function readConfig(environment: Environment): Config {
  const source = { ...readSettingsFile(settingsFile(environment)), ...withoutEmpty(environment) };
  const faults: string[] = [];
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const [key, setting] of Object.entries(settings)) {
    try {
      values[key as SettingName] = setting.parse(source[setting.name]);
    } catch (error) {
      const given = setting.secret ? '' : ` (it is "${source[setting.name]}")`;
      faults.push(`${setting.name} must be ${messageOf(error)}${given}`);
    }
  }
  faults.push(...faultsTogether(values as Partial<SettingValues>));
  if (faults.length > 0) throw invalidConfiguration(faults);
  return finish(values as SettingValues);
}

/** NIST SP 800-63B-4, 3.1.1.2. */
const LENGTH_OF_ONE_FACTOR = 15;

const autoLevel: Record<SettingValues['mode'], LogLevel> = { development: 'warn', production: 'info' };

/** What single settings cannot know of each other. Those that were wrong by themselves are not in `values`. */
function faultsTogether(values: Partial<SettingValues>): string[] {
  const faults: string[] = [];
  const { mode, sessionIdleTimeoutMs = 0, sessionLifetimeMs = Number.POSITIVE_INFINITY } = values;
  if (mode === 'production' && 'baseUrl' in values && !values.baseUrl?.startsWith('https://')) {
    faults.push('BASE_URL must begin with https:// in production');
  }
  if (mode === 'production' && 'smtpUrl' in values && !values.smtpUrl) {
    faults.push('SMTP_URL must be set in production, or nobody can verify an address');
  }
  if (mode === 'production' && 'secretKey' in values && !values.secretKey) {
    faults.push(
      'AQUIFER_SECRET_KEY must be set in production, or a new database password loses every authenticator app',
    );
  }
  // Without the value: it may hold a password.
  if (values.baseUrl && !isBareUrl(new URL(values.baseUrl))) {
    faults.push('BASE_URL must be an origin, without a path, a query, a fragment or credentials');
  }
  const { passwordMinLength = LENGTH_OF_ONE_FACTOR, requireSecondFactor = 'everyone' } = values;
  if (passwordMinLength < LENGTH_OF_ONE_FACTOR && requireSecondFactor !== 'everyone') {
    const where = 'where REQUIRE_SECOND_FACTOR is not everyone: a password that stands alone must be long';
    faults.push(`PASSWORD_MIN_LENGTH must be ${LENGTH_OF_ONE_FACTOR} or more ${where}`);
  }
  if ((values.tlsCertFile === undefined) !== (values.tlsKeyFile === undefined)) {
    faults.push('TLS_CERT_FILE and TLS_KEY_FILE must be set together');
  }
  if (values.tlsCertFile !== undefined && values.baseUrl?.startsWith('http://')) {
    faults.push('BASE_URL must begin with https:// where TLS_CERT_FILE is set');
  }
  if (values.httpRedirectPort && values.tlsCertFile === undefined) {
    faults.push('HTTP_REDIRECT_PORT must be 0 where TLS_CERT_FILE is not set');
  }
  if (sessionIdleTimeoutMs > sessionLifetimeMs) {
    faults.push('SESSION_IDLE_TIMEOUT_MS must not be longer than SESSION_LIFETIME_MS');
  }
  return faults;
}

function isBareUrl({ pathname, search, hash, username, password }: URL): boolean {
  return /^\/*$/.test(pathname) && `${search}${hash}${username}${password}` === '';
}

function finish(values: SettingValues): Config {
  const scheme = values.tlsCertFile === undefined ? 'http' : 'https';
  const baseUrl = values.baseUrl ? new URL(values.baseUrl).origin : `${scheme}://localhost:${values.port}`;
  const logLevel = values.logLevel === 'auto' ? autoLevel[values.mode] : values.logLevel;
  return Object.freeze({ ...values, baseUrl, logLevel });
}

function invalidConfiguration(faults: string[]): AppError {
  const heading = faults.length === 1 ? 'A setting is wrong:' : `${faults.length} settings are wrong:`;
  return new AppError('invalid', 'invalid_configuration', [heading, ...faults.map((fault) => `  ${fault}`)].join('\n'));
}

/** The default file belongs to the process's own environment; a program that hands in another decides for itself. */
function settingsFile(environment: Environment): string | undefined {
  const named = environment[SETTINGS_FILE_VARIABLE];
  if (named) return named;
  return environment === process.env && existsSync(DEFAULT_SETTINGS_FILE) ? DEFAULT_SETTINGS_FILE : undefined;
}

function readSettingsFile(path: string | undefined): Environment {
  if (!path) return {};
  try {
    return withoutEmpty(parseEnv(readFileSync(path, 'utf8')) as Environment);
  } catch (error) {
    const reason = messageOf(error);
    throw new AppError('invalid', 'invalid_configuration', `The settings file ${path} cannot be read: ${reason}`);
  }
}

function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
}
