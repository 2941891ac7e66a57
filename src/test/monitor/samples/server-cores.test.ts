import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import type { Backend } from '../../../main/monitor/samples/backend.ts';
import { ServerCores } from '../../../main/monitor/samples/server-cores.ts';

const ours = (pid: number) => ({ pid, lease: {} }) as Backend;
const theirs = (pid: number) => ({ pid, lease: undefined }) as Backend;

test('the embedded Postgres has this machine’s cores', () => {
  expect(new ServerCores(true).count).toBe(availableParallelism());
});

test('another Postgres has them once all of our backends are found among the processes', () => {
  const cores = new ServerCores(false, (pid) => (pid < 100 ? 'postgres' : undefined));
  expect(cores.count).toBeNull();
  cores.learn([theirs(7)]);
  expect(cores.count).toBeNull();
  cores.learn([ours(7), ours(8), theirs(500)]);
  expect(cores.count).toBe(availableParallelism());
});

test('behind a tunnel a pid may be anybody’s, and the cores stay unknown', () => {
  const cores = new ServerCores(false, (pid) => (pid === 7 ? 'postgres' : 'bash'));
  cores.learn([ours(7), ours(8)]);
  expect(cores.count).toBeNull();
});

test('a pid that is nobody’s is no backend of this machine', () => {
  const cores = new ServerCores(false);
  cores.learn([ours(2 ** 30)]);
  expect(cores.count).toBeNull();
});
