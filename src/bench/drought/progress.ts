/** What is shown while it runs: one line a phase, and on a terminal the seconds as they pass. */

import type { PhaseName } from './phases.ts';
import type { ServerRun } from './run.ts';
import { percent, seconds } from './words.ts';

export interface Progress {
  say(line: string): void;
  /** Something that belongs to the last line. */
  detail(line: string): void;
  phase(what: string, phase: PhaseName | string, lengthSeconds: number): void;
  /** Milliseconds since the run's start; redraws the last line of a terminal. */
  tick(atMs: number): void;
  ended(run: ServerRun): void;
  /** Leaves the cursor on a line of its own. */
  end(): void;
}

interface Terminal {
  isTTY?: boolean;
  write(text: string): unknown;
}

export function createProgress(terminal: Terminal): Progress {
  let live = '';
  const clear = () => {
    if (live !== '') terminal.write(`\r${' '.repeat(live.length)}\r`);
    live = '';
  };
  const say = (line: string) => {
    clear();
    terminal.write(`  ${line}\n`);
  };
  return {
    say,
    detail: (line) => say(`  ${line}`),
    phase: (what, phase, lengthSeconds) => say(`${what}: ${phase}, ${lengthSeconds} s`),
    tick(atMs) {
      if (!terminal.isTTY) return;
      clear();
      live = `    ${Math.round(atMs / 1_000)} s`;
      terminal.write(live);
    },
    ended: ({ figures, naming, namedMs }) => {
      const { users, succeeded } = figures;
      const cause = naming
        ? `; cause named ${namedMs === null ? 'wrongly or not at all' : `in ${seconds(namedMs)}`}`
        : '';
      say(`  ${percent(users.share)} of users hurt, ${percent(succeeded.logIn)} of log-ins succeeded${cause}`);
    },
    end: clear,
  };
}
