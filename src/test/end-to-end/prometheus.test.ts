/** What is in config/ for Prometheus and Grafana, held against a running server and Debian's real Prometheus and Alertmanager. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { createClient } from '../../main/client/index.ts';
import { call } from '../support/api-session.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { hasPrometheus, promtool, runTool, startAlertmanager, startPrometheus } from '../support/prometheus.ts';
import { type RunningApp, runApp } from '../support/running-app.ts';

// Three real programs beside seven other files on two processors take their time.
vi.setConfig({ testTimeout: 60_000 });
const configFolder = fileURLToPath(new URL('../../../config/', import.meta.url));
const rulesPath = join(configFolder, 'prometheus/aquifer-rules.yml');
const rules = readFileSync(rulesPath, 'utf8');
const config = readFileSync(join(configFolder, 'prometheus/prometheus.yml'), 'utf8');
const dashboard = JSON.parse(readFileSync(join(configFolder, 'grafana/aquifer.json'), 'utf8')) as Dashboard;

interface Dashboard {
  panels: {
    id: number;
    title: string;
    gridPos: { x: number; y: number; w: number; h: number };
    targets?: { expr: string }[];
  }[];
  annotations: { list: { expr: string }[] };
  templating: { list: { name: string; query: string }[] };
}

const queries = [
  ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...dashboard.annotations.list.map(({ expr }) => expr),
];
/** What Grafana puts in place of its variables. */
const filled = (expr: string) =>
  expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', '.*').replaceAll('$instance', '.*');
/** Names of ours, and Node's own, as they are used in a query. */
const namesIn = (text: string) => text.match(/\b(aquifer|db_client|http_server|nodejs|process)_[a-z0-9_]+/g) ?? [];

let running: RunningApp;
let metricsText: string;
beforeAll(async () => {
  running = await runApp();
  // Requests and refusals that there has to be something of.
  await call(running.url, 'GET', '/v1/accounts/me', { token: running.user });
  await call(running.url, 'GET', '/v1/accounts/me');
  const readMetrics = async () => {
    metricsText = await (await fetch(`${running.url}/metrics`)).text();
    return metricsText;
  };
  // They come from different samplers: whichever is later on this machine.
  const figures = ['aquifer_postgres_connections ', 'aquifer_users_hurt ', 'aquifer_incidents_open '];
  const isThere = async () => {
    const text = await readMetrics();
    for (const figure of figures) expect(text).toContain(`\n${figure}`);
  };
  await vi.waitFor(isThere, { timeout: 30_000, interval: 200 });
});

describe('/metrics', () => {
  test('has every figure that the dashboard and the rules ask for', () => {
    const known = new Set([...metricsText.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const asked = [...queries, ...dashboard.templating.list.map(({ query }) => query), rules.replace(/^\s*#.*$/gm, '')];
    const missing = asked
      .flatMap(namesIn)
      .filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|count|sum)$/, '')));
    expect([...new Set(missing)]).toEqual([]);
  });

  test('tells of requests, users, alerts and incidents', () => {
    expect(metricsText).toContain(
      'http_server_request_duration_seconds_count{http_route="GET /v1/accounts/me",outcome="ok"} 1',
    );
    expect(metricsText).toMatch(/^aquifer_alerts_firing\{severity="page"\} \d+$/m);
    expect(metricsText).toMatch(/^aquifer_incidents_open \d+$/m);
    expect(metricsText).toMatch(/^aquifer_users_hurt 0$/m);
    expect(metricsText).toMatch(/^db_client_connection_limit \d+$/m);
    expect(metricsText).toMatch(/^aquifer_build_info\{version="[\d.]+"\} 1$/m);
  });
});

describe('the dashboard', () => {
  test('has panels that do not lie upon each other, each with an id of its own', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const overlapping = panels.flatMap((one, index) =>
      panels.slice(index + 1).filter(({ gridPos: b }) => {
        const { gridPos: a } = one;
        return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
      }),
    );
    expect(overlapping.map(({ title }) => title)).toEqual([]);
  });
});

describe.skipIf(!hasPrometheus)('the real Prometheus', () => {
  test('finds no fault with the settings, the rules or the form of /metrics', async () => {
    const checked = await runTool('promtool', ['check', 'config', join(configFolder, 'prometheus/prometheus.yml')]);
    expect(checked).toMatchObject({ isContent: true, said: expect.stringContaining('SUCCESS') });
    const said = await lint(metricsText);
    // Of Node's own figures others decide, and that name is OpenTelemetry's.
    const ours = said.split('\n').filter((line) => /^(aquifer|db_client|http_server)/.test(line));
    expect(ours.filter((line) => !line.startsWith('db_client_connection_count '))).toEqual([]);
  });

  test('raises each alert when it should, and not when it should not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aquifer-rules-'));
    atEndOfFile(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'rules-test.yml');
    const text = readFileSync(new URL('./prometheus-rules.yml', import.meta.url), 'utf8');
    await writeFile(file, text.replace('RULES', rulesPath));
    const { isContent, said } = await runTool('promtool', ['test', 'rules', file]);
    expect(isContent, said).toBe(true);
  });

  test('scrapes a running server, answers the dashboard, and hands its alerts to Alertmanager', async () => {
    const alertmanager = await startAlertmanager();
    const { host } = new URL(running.url);
    // One alert that fires at once: that of the rules takes minutes, and promtool has seen them all.
    const folder = await mkdtemp(join(tmpdir(), 'aquifer-rules-'));
    atEndOfFile(() => rm(folder, { recursive: true, force: true }));
    const extra = join(folder, 'at-once.yml');
    await writeFile(extra, 'groups: [{ name: t, rules: [{ alert: AtOnce, expr: aquifer_build_info > 0 }] }]\n');
    const prometheus = await startPrometheus(
      config
        .replaceAll('15s', '1s')
        .replace('- aquifer-rules.yml', `- ${rulesPath}\n  - ${extra}`)
        .replace('localhost:8400', host)
        .replace('localhost:9093', new URL(alertmanager).host),
    );
    const ask = (expr: string) => query(prometheus, expr);
    await expect
      .poll(() => ask('up{job="aquifer"}'), { timeout: 30_000 })
      .toMatchObject([{ value: [expect.anything(), '1'] }]);
    const faults: string[] = [];
    for (const expr of queries)
      await ask(filled(expr)).catch((error: Error) => faults.push(`${expr}: ${error.message}`));
    expect(faults).toEqual([]);
    expect(await ask(filled(queryOf('Connections held, by lane')))).toHaveLength(5);
    expect(await ask(filled(queryOf('Connections to the server')))).toHaveLength(1);
    const fired = () => runTool('amtool', ['alert', 'query', `--alertmanager.url=${alertmanager}`, '--output=json']);
    await expect
      .poll(async () => JSON.parse((await fired()).said), { timeout: 30_000 })
      .toMatchObject([{ labels: { alertname: 'AtOnce', job: 'aquifer' } }]);
  });

  test('has Aquifer’s own alerts beside its own in Alertmanager, by a channel with its test button', async () => {
    const alertmanager = await startAlertmanager();
    const { monitor } = createClient({ baseUrl: running.url, token: running.operator });
    const { channel } = await monitor.createChannel({ name: 'am', kind: 'alertmanager', target: alertmanager });
    expect(await monitor.testChannel(channel.id)).toMatchObject({ state: 'delivered' });
    const { said } = await runTool('amtool', ['alert', 'query', `--alertmanager.url=${alertmanager}`, '--output=json']);
    expect(JSON.parse(said)).toMatchObject([{ labels: { alertname: 'Test', application: 'Aquifer' } }]);
    await monitor.deleteChannel(channel.id);
  });
});

const queryOf = (title: string) =>
  dashboard.panels.find((panel) => panel.title === title)?.targets?.[0]?.expr ?? `no panel ${title}`;

async function query(prometheus: string, expr: string): Promise<unknown[]> {
  const answer = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query: expr })}`);
  const { data, error } = (await answer.json()) as { data?: { result: unknown[] }; error?: string };
  if (!data) throw new Error(error);
  return data.result;
}

function lint(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(promtool, ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    const hear = (chunk: Buffer) => {
      said += chunk;
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('exit', () => resolve(said));
    child.stdin.end(text);
  });
}
