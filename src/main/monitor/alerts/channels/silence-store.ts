/** The silences, kept in memory as the channels are, and for the same reason. */

import type { Database } from '../../../database/index.ts';
import { createId } from '../../../foundation/tokens.ts';
import { silenceNotFound, tooManySilences } from './errors.ts';
import { deleteSilence, insertSilence, readSilences, type SilenceRow } from './queries.ts';
import type { NewSilence, Silence } from './schema.ts';
import { checkSilence } from './silence.ts';

const SILENCES_MAX = 100;

export class SilenceStore {
  readonly #database: Pick<Database, 'query' | 'execute'>;
  readonly #nowMs: () => number;
  #silences: readonly Silence[] = [];
  #isLoaded = false;

  constructor(database: Pick<Database, 'query' | 'execute'>, nowMs: () => number) {
    this.#database = database;
    this.#nowMs = nowMs;
  }

  /** Newest first, without those that are over. */
  list(): readonly Silence[] {
    const nowMs = this.#nowMs();
    return this.#silences.filter(({ until }) => until === null || Date.parse(until) > nowMs);
  }

  /** For who asks before the first load. */
  async ensureLoaded(): Promise<void> {
    if (!this.#isLoaded) await this.load();
  }

  async load(): Promise<void> {
    this.#silences = (await this.#database.query(readSilences, [SILENCES_MAX])).map(toSilence);
    this.#isLoaded = true;
  }

  /** @throws AppError invalid_silence, too_many_silences */
  async create(given: NewSilence, userId: string): Promise<Silence> {
    await this.ensureLoaded();
    if (this.list().length >= SILENCES_MAX) throw tooManySilences(SILENCES_MAX);
    const silence = { id: createId(), ...checkSilence(given, this.#nowMs()) };
    const { from, id, reason, ruleId, scope, until, weekly } = silence;
    const values = [from, until, weekly && JSON.stringify(weekly), userId] as const;
    await this.#database.execute(insertSilence, [id, reason, ruleId, scope, ...values]);
    await this.load();
    return silence;
  }

  /** @throws AppError silence_not_found */
  async delete(id: string): Promise<Silence> {
    const silence = this.#silences.find((one) => one.id === id);
    if (!silence) throw silenceNotFound();
    await this.#database.execute(deleteSilence, [id]);
    await this.load();
    return silence;
  }
}

function toSilence({ endsAt, startsAt, ...row }: SilenceRow): Silence {
  return { ...row, from: startsAt.toISOString(), until: endsAt?.toISOString() ?? null };
}
