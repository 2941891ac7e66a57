/** How many people a run has hurt: users who saw at least one failure, of those who asked at all. */

import type { RequestRecords } from './records.ts';

export interface HurtCount {
  /** Users with at least one request. */
  asked: number;
  /** Users with at least one failure. */
  hurt: number;
  /** hurt / asked; 0 where nobody asked. */
  share: number;
}

export interface UsersHurt {
  streams: Record<string, HurtCount>;
  /** Over all streams: a user hurt in two is counted once. */
  all: HurtCount;
}

export class HurtTally {
  readonly #asked: Uint8Array[];
  readonly #hurt: Uint8Array[];
  readonly #streams: readonly string[];

  constructor(streams: readonly string[], users: number) {
    this.#streams = streams;
    this.#asked = streams.map(() => new Uint8Array(users));
    this.#hurt = streams.map(() => new Uint8Array(users));
  }

  note(stream: number, userIndex: number, isFailed: boolean): void {
    (this.#asked[stream] as Uint8Array)[userIndex] = 1;
    if (isFailed) (this.#hurt[stream] as Uint8Array)[userIndex] = 1;
  }

  count(): UsersHurt {
    const rows = this.#streams.map((_, index) => index);
    return {
      streams: Object.fromEntries(this.#streams.map((name, index) => [name, this.#countOf([index])])),
      all: this.#countOf(rows),
    };
  }

  #countOf(streams: readonly number[]): HurtCount {
    const users = this.#asked[0]?.length ?? 0;
    let asked = 0;
    let hurt = 0;
    for (let user = 0; user < users; user += 1) {
      if (streams.some((stream) => this.#asked[stream]?.[user] === 1)) asked += 1;
      if (streams.some((stream) => this.#hurt[stream]?.[user] === 1)) hurt += 1;
    }
    return { asked, hurt, share: asked === 0 ? 0 : hurt / asked };
  }
}

/**
 * The same for some streams only, e.g. log-ins and reads without the reports, and over a part of the run.
 * @param streams names out of the records' streams
 */
export function countUsersHurt(
  records: RequestRecords,
  streams: readonly string[],
  between: { fromMs: number; toMs: number } = { fromMs: 0, toMs: Number.POSITIVE_INFINITY },
): HurtCount {
  const asked = new Set<number>();
  const hurt = new Set<number>();
  const wanted = new Set(streams.map((name) => records.streams.indexOf(name)));
  for (let index = 0; index < records.count; index += 1) {
    const at = records.scheduledAtMs[index] as number;
    if (!wanted.has(records.stream[index] as number) || at < between.fromMs || at >= between.toMs) continue;
    const user = records.userIndex[index] as number;
    asked.add(user);
    if (records.failure[index] !== 0) hurt.add(user);
  }
  return { asked: asked.size, hurt: hurt.size, share: asked.size === 0 ? 0 : hurt.size / asked.size };
}
