// What a chart takes: its series, its axis, and what happened beside them.
import type { Mark } from './marks.ts';
import type { Values } from './stack.ts';

export interface Series {
  readonly label: string;
  /** Of theme.css, such as `--chart-critical`. */
  readonly color: string;
  readonly values: Values;
}

export interface TimeChartProps {
  readonly title: string;
  readonly unit: string;
  /** Seconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** One area upon the other; a `limit` stays a line over them. */
  readonly isStacked?: boolean | undefined;
  readonly limit?: Series | undefined;
  /** Deploys, incidents and whatever else happened, in any order. */
  readonly marks?: readonly Mark[] | undefined;
  /** The axis begins this long before its end, whether there is a figure for all of it or not. */
  readonly spanSeconds: number;
  /** Where the axis ends, in seconds since the epoch; at the last figure unless said. */
  readonly until?: number | undefined;
  /** Each line of the grid ten times the one below: for what differs by magnitudes. Not with `isStacked`. */
  readonly isLogarithmic?: boolean | undefined;
  /** The axis reaches at least this far, so that one waiter does not look like a flood. */
  readonly leastCeiling: number;
  readonly height?: number | undefined;
  /** How a value is written under the pointer. */
  readonly format?: ((value: number) => string) | undefined;
  /** Called with the position in `times` that was clicked. */
  readonly onPick?: ((index: number) => void) | undefined;
}
