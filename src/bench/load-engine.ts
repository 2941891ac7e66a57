/**
 * Claim: one thread of the load engine holds 3,000 requests a second against a trivial server, and node:http is good
 * enough for it: the same schedule over undici's dispatch, in the same process and turn by turn, is its peer. Each round
 * says the rate that was sent, how late requests left, and how busy the thread was. Ours must be valid in every round.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import type { AdapterRequest } from '../main/loadtest/adapter.ts';
import { startGenerator } from '../main/loadtest/generator.ts';
import { watchPhases } from '../main/loadtest/phase-watch.ts';
import { createSchedule } from '../main/loadtest/schedule.ts';
import { Tally } from '../main/loadtest/tally.ts';
import { createTransport, type Transport } from '../main/loadtest/transport.ts';
import { startChildServer } from './support/child-server.ts';
import { median } from './support/paired-rounds.ts';

const ROUNDS = 3;
const SECONDS = 5;
const TIMEOUT_MS = 10_000;
const MAX_IN_FLIGHT = 64;
const request: AdapterRequest = { method: 'GET', path: '/' };

interface Round {
  perSecond: number;
  lagP50Ms: number;
  lagP99Ms: number;
  serviceP99Ms: number;
  utilization: number;
  isValid: boolean;
}

if (process.argv[2] === 'serve') serve();
else await compare(Number(process.argv[2] ?? 3_000));

function serve(): void {
  const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
  });
}

async function compare(rate: number): Promise<void> {
  const server = await startChildServer(new URL(import.meta.url), ['serve'], {});
  const ours: Round[] = [];
  const undici: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await measure(rate, createTransport(server.url, MAX_IN_FLIGHT)));
    undici.push(await measure(rate, createUndiciTransport(server.url)));
  }
  await server.stop();
  describe('node:http', ours);
  describe('undici', undici);
  console.log(`goal: node:http sends ${rate}/s, every round valid: ${ours.every(({ isValid }) => isValid)}`);
}

async function measure(rate: number, transport: Transport): Promise<Round> {
  const phases = [
    { name: 'warm', durationMs: 1_000, rates: { asks: rate } },
    { name: 'full', durationMs: SECONDS * 1_000, rates: { asks: rate } },
  ];
  const schedule = createSchedule({ seed: 1, users: 100, streams: { asks: {} }, phases });
  const tally = new Tally({ schedule, timeoutMs: TIMEOUT_MS, records: false, histograms: false });
  const generator = startGenerator({
    ...{ schedule, transport, timeoutMs: TIMEOUT_MS, maxInFlight: Number.MAX_SAFE_INTEGER },
    requestFor: () => request,
    accept: undefined,
    signal: undefined,
    onOutcome: (outcome) => tally.record(outcome),
  });
  const idleTurnsMs = () => generator.idleTurnsMs();
  const watch = watchPhases({ phases: schedule.phases, idleTurnsMs, onPhase: () => {} });
  await generator.done;
  transport.close();
  const full = tally.finish(watch.finish()).phases[1];
  const asks = full?.streams.asks;
  if (!full || !asks) throw new Error('the run has no second phase');
  const { lagP99Ms, utilization, isValid } = full.validity;
  const [lagP50Ms, serviceP99Ms] = [asks.lag.p50, asks.service.p99];
  return { perSecond: asks.succeeded / SECONDS, lagP50Ms, lagP99Ms, serviceP99Ms, utilization, isValid };
}

/** Undici's fastest way, as far as this comparison needs it. */
function createUndiciTransport(url: string): Transport {
  const pool = new Pool(url, { connections: MAX_IN_FLIGHT, pipelining: 1 });
  return {
    exchange({ path }, _, ended) {
      let status = 0;
      pool.dispatch(
        { method: 'GET', path },
        {
          onRequestStart() {},
          onResponseStart(_controller, statusCode) {
            status = statusCode;
          },
          onResponseData() {},
          onResponseEnd: () => ended({ kind: 'answer', status, headers: {}, body: '' }),
          onResponseError: (_controller, error) => ended({ kind: 'socket', status, reason: error.message }),
        },
      );
    },
    abandon: () => 0,
    close: () => void pool.close(),
  };
}

function describe(name: string, rounds: readonly Round[]): void {
  const middle = (read: (round: Round) => number) => median(rounds.map(read));
  console.log(
    `${name}: ${middle((one) => one.perSecond).toFixed(0)}/s, lag p50 ${middle((one) => one.lagP50Ms).toFixed(3)} ms, ` +
      `p99 ${middle((one) => one.lagP99Ms).toFixed(2)} ms, service p99 ${middle((one) => one.serviceP99Ms).toFixed(2)} ms, ` +
      `thread busy ${(middle((one) => one.utilization) * 100).toFixed(0)} % (medians of ${rounds.length})`,
  );
}
