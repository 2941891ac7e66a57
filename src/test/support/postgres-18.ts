/** Runs once before the tests of the project `postgres-18`: the embedded Postgres, as a user gets it. */

import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../main/database/embedded/index.ts';
import { CARELESS_SETTINGS, createTemplates, makeTestFolder } from './test-cluster.ts';

let server: EmbeddedPostgres | undefined;
let folder = '';

export async function setup(project: TestProject): Promise<void> {
  folder = await makeTestFolder();
  server = await startEmbeddedPostgres({ dataDir: folder, settings: CARELESS_SETTINGS });
  const { username, password } = new URL(server.superuserUrl);
  const cluster = await createTemplates({ port: server.port, superuser: username, superuserPassword: password });
  project.provide('cluster', cluster);
}

export async function teardown(): Promise<void> {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}
