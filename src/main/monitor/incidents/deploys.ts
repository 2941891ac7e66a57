/** Deploys: said by whoever deploys, and by a server that starts with another version than the last one did. */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { createId } from '../../foundation/tokens.ts';
import { listDeploys, saveDeploy, saveOwnDeploy } from './queries.ts';
import type { NewDeploy } from './route-schemas.ts';
import type { Deploy } from './schema.ts';
import type { Timeline } from './timeline.ts';

export interface DeploysOptions {
  database: Pick<Database, 'query' | 'execute'>;
  timeline: Pick<Timeline, 'note'>;
  clock: Pick<Clock, 'nowMs'>;
  /** AQUIFER_RELEASE, or this build's version; empty where this server is no part of what is watched. */
  release: string;
}

export class Deploys {
  readonly #options: DeploysOptions;
  #isStartNoted = false;

  constructor(options: DeploysOptions) {
    this.#options = options;
  }

  async note({ about = '', version }: NewDeploy, userId: string): Promise<Deploy> {
    const { clock, database, timeline } = this.#options;
    const deploy = { id: createId(), at: new Date(clock.nowMs()).toISOString(), version, about };
    await database.execute(saveDeploy, [deploy.id, deploy.at, version, about, userId]);
    const sentence = `${version} was deployed${about === '' ? '.' : `: ${about}`}`;
    timeline.note({ kind: 'deploy', sentence, by: userId, details: { version, deploy: deploy.id } });
    return deploy;
  }

  /** Newest first. @param cursor an instant; those before it */
  async list(limit: number, cursor: string | undefined): Promise<{ deploys: Deploy[]; nextCursor: string | null }> {
    const before = cursor ?? new Date(this.#options.clock.nowMs() + 86_400_000).toISOString();
    const rows = await this.#options.database.query(listDeploys, [before, limit + 1]);
    const deploys = rows.slice(0, limit).map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
    return { deploys, nextCursor: rows.length > limit ? (deploys.at(-1)?.at ?? null) : null };
  }

  /** Once, as soon as Postgres answers; says nothing where this release is the one that ran last. */
  async noteStart(): Promise<void> {
    if (this.#isStartNoted) return;
    const { database, release, timeline } = this.#options;
    if (release === '') return;
    const about = 'Seen as a server started with it.';
    const [row] = await database.query(saveOwnDeploy, [createId(), release, about]);
    this.#isStartNoted = true;
    if (!row) return;
    const than = row.isFirst ? 'the first release here' : 'another release than the last';
    const sentence = `A server has started with ${release}, ${than}.`;
    timeline.note({ kind: 'deploy', sentence, details: { version: release, deploy: row.id, isFirst: row.isFirst } });
  }
}
