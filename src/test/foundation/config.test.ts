import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../main/foundation/config.ts';
import { settings } from '../../main/foundation/settings.ts';

describe('readConfig', () => {
  test('has a default for everything a first start needs', () => {
    const config = readConfig({});
    expect(config).toMatchObject({ mode: 'development', port: 8400, baseUrl: 'http://localhost:8400', poolMax: 16 });
    expect(config.databaseUrl).toBeUndefined();
  });

  test('is frozen, lists included', () => {
    const config = readConfig({ CORS_ORIGINS: 'https://a.example, https://b.example' });
    expect(config.corsOrigins).toEqual(['https://a.example', 'https://b.example']);
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
    expect(() => (config.corsOrigins as string[]).push('x')).toThrow(TypeError);
  });

  test('lists all faults at once, without the value of a secret', () => {
    const environment = {
      PORT: '70000',
      AQUIFER_MODE: 'staging',
      DATABASE_URL: 'mysql://u:hunter2@h/d',
      APP_ACCENT: 'blue',
    };
    const read = () => readConfig(environment);
    expect(read).toThrow(/4 settings are wrong/);
    expect(read).toThrow(/PORT must be a whole number from 0 to 65535 \(it is "70000"\)/);
    expect(read).toThrow(/AQUIFER_MODE must be one of development, production/);
    expect(read).toThrow(/APP_ACCENT must be a colour such as #0b5a8a/);
    expect(read).toThrow(/DATABASE_URL must be a URL that begins with postgres:\/\/ or postgresql:\/\//);
    expect(read).not.toThrow(/hunter2/);
  });

  test('does not let production run without TLS and mail', () => {
    const read = () => readConfig({ AQUIFER_MODE: 'production', BASE_URL: 'http://app.example' });
    expect(read).toThrow(/BASE_URL must begin with https:\/\/ in production/);
    expect(read).toThrow(/SMTP_URL must be set in production/);
    expect(read).toThrow(/AQUIFER_SECRET_KEY must be set in production/);
  });

  test('lists entries that are none of their kind, and what settings say together, with all other faults', () => {
    const environment = {
      PORT: '70000',
      TRUSTED_PROXIES: '10.0.0.0/8, loopback, proxy.internal',
      CORS_ORIGINS: 'https://app.example, https://admin.example/',
      BASE_URL: 'https://ada:hunter2@app.example',
      SESSION_IDLE_TIMEOUT_MS: '120000',
      SESSION_LIFETIME_MS: '60000',
    };
    const read = () => readConfig(environment);
    expect(read).toThrow(/5 settings are wrong/);
    expect(read).toThrow(/TRUSTED_PROXIES must be a list of addresses, .*, and "proxy.internal" is none of them/);
    expect(read).toThrow(/CORS_ORIGINS must be a list of origins .*, and "https:\/\/admin.example\/" is none of them/);
    expect(read).toThrow(/BASE_URL must be an origin/);
    expect(read).toThrow(/SESSION_IDLE_TIMEOUT_MS must not be longer/);
    expect(read).not.toThrow(/hunter2/);
    expect(readConfig({ TRUSTED_PROXIES: '10.0.0.0/8, loopback' }).trustedProxies).toEqual(['10.0.0.0/8', 'loopback']);
  });

  test.each(['app.example', 'https://app.example/', 'https://App.example', 'https://app.example:443', '*', 'null'])(
    'refuses %s as an origin of CORS_ORIGINS',
    (origin) => {
      expect(() => readConfig({ CORS_ORIGINS: origin })).toThrow(/CORS_ORIGINS must be a list of origins/);
    },
  );

  test('of a setting that is wrong by itself, nothing else is said', () => {
    const read = () =>
      readConfig({
        AQUIFER_MODE: 'production',
        BASE_URL: 'app.example',
        SMTP_URL: 'mail.example',
        AQUIFER_SECRET_KEY: 'k',
      });
    expect(read).toThrow(/2 settings are wrong/);
  });

  test.each(['?a=1', '#top', '/base'])('refuses a base URL that ends in %s', (end) => {
    expect(() => readConfig({ BASE_URL: `https://app.example${end}` })).toThrow(/BASE_URL must be an origin/);
  });

  test('the base URL is an origin as browsers write it', () => {
    expect(readConfig({ BASE_URL: 'HTTPS://App.Example:443//' }).baseUrl).toBe('https://app.example');
  });

  test('refuses a base URL with a path, and an idle time beyond the lifetime', () => {
    expect(() => readConfig({ BASE_URL: 'https://app.example/base' })).toThrow(/must be an origin/);
    const environment = { SESSION_IDLE_TIMEOUT_MS: '120000', SESSION_LIFETIME_MS: '60000' };
    expect(() => readConfig(environment)).toThrow(/must not be longer than SESSION_LIFETIME_MS/);
  });

  test('reads a file, over which the environment wins; an empty variable counts as absent', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'aquifer-config-')), 'settings.env');
    writeFileSync(path, 'PORT=9000\nAPP_NAME="Night Market"\n# a comment\n');
    const config = readConfig({ AQUIFER_CONFIG: path, PORT: '9001', APP_NAME: '' });
    expect(config).toMatchObject({ port: 9001, appName: 'Night Market' });
  });

  test('says which file cannot be read', () => {
    expect(() => readConfig({ AQUIFER_CONFIG: '/nowhere/settings.env' })).toThrow(
      /\/nowhere\/settings\.env cannot be read/,
    );
  });
});

describe('config/example.env', () => {
  const example = readFileSync(new URL('../../../config/example.env', import.meta.url), 'utf8');
  const lines = example.split('\n');

  test('lists every setting once, with its default and its reason above it', () => {
    for (const { name, defaultText, reason } of Object.values(settings)) {
      const line = lines.indexOf(`#${name}=${defaultText}`);
      expect(line, `${name} with its default "${defaultText}"`).toBeGreaterThan(0);
      expect(
        lines
          .slice(0, line)
          .join(' ')
          .replaceAll(/ ?#? ?\n?# /g, ' '),
        name,
      ).toContain(reason);
    }
  });

  test('lists nothing that does not exist', () => {
    const names = lines.map((line) => /^#([A-Z_]+)=/.exec(line)?.[1]).filter((name) => name !== undefined);
    const known = Object.values(settings).map(({ name }) => name);
    expect(names.toSorted()).toEqual([...known, 'AQUIFER_CONFIG'].toSorted());
  });
});
