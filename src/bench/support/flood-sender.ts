/**
 * Sends the flood from a process of its own, over plain sockets with requests that are all but written beforehand, so that
 * sending costs little of the machine that it shares with the server. Arrivals keep their schedule whatever the answers do: who
 * finds every connection busy waits for one, and his wait counts.
 *
 * Arguments: URL, log-ins a second, milliseconds, the first two parts of the addresses they come from. Tells its parent a
 * `FloodResult`.
 */

import { Connection } from './flood-connection.ts';
import { type Answer, type FloodResult, isRefused, logInRequests, p99, TICK_MS } from './flood-traffic.ts';

const MAX_CONNECTIONS = 400;
/** Longer than any request may take; who has no answer by then gets none. */
const PATIENCE_MS = 30_000;

const [url = '', perSecondText = '0', durationText = '0', network = '10.1'] = process.argv.slice(2);
const perSecond = Number(perSecondText);
const durationMs = Number(durationText);
const { hostname, port } = new URL(url);
const requestOf = logInRequests(url, network);

const answers: Answer[] = [];
const idle: Connection[] = [];
const waiting: { text: string; atMs: number }[] = [];
let open = 0;
let sent = 0;

function connect(): Connection {
  open += 1;
  const connection = new Connection(
    { host: hostname, port: Number(port) },
    {
      answered: (answer) => answers.push(answer),
      free: () => {
        const next = waiting.shift();
        if (next) connection.send(next.text, next.atMs);
        else idle.push(connection);
      },
      closed: () => {
        open -= 1;
        const index = idle.indexOf(connection);
        if (index >= 0) idle.splice(index, 1);
        const next = waiting.shift();
        if (next) connect().send(next.text, next.atMs);
      },
    },
  );
  return connection;
}

function arrive(text: string, atMs: number): void {
  const connection = idle.pop() ?? (open < MAX_CONNECTIONS ? connect() : undefined);
  if (connection) connection.send(text, atMs);
  else waiting.push({ text, atMs });
}

const pause = (ms: number) => new Promise((wake) => setTimeout(wake, ms));
const startedAtMs = performance.now();
for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs = performance.now() - startedAtMs) {
  for (; sent < (elapsedMs / 1_000) * perSecond; sent += 1) arrive(requestOf(sent), performance.now());
  await pause(TICK_MS);
}
const giveUpAtMs = performance.now() + PATIENCE_MS;
while (answers.length < sent && performance.now() < giveUpAtMs) await pause(TICK_MS);

const refused = answers.filter(isRefused);
const result: FloodResult = {
  sent,
  done: answers.filter(({ status }) => status === 200).length,
  refused: refused.length,
  refusedP99Ms: p99(refused),
  seconds: (performance.now() - startedAtMs) / 1_000,
};
process.send?.(result, () => process.exit(0));
