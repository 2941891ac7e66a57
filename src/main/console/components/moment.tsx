// A point in time: how long ago, with the exact time beside it or under the pointer.
import { absoluteTime, exactTime, relativeTime } from './time-words.ts';

interface MomentProps {
  readonly at: string;
  /** Leaves out the absolute time where there is no room; it is still in the tooltip. */
  readonly isShort?: boolean;
}

export function Moment({ at, isShort = false }: MomentProps) {
  const nowMs = Date.now();
  return (
    <time dateTime={at} title={exactTime(at)} className="moment">
      {relativeTime(at, nowMs)}
      {!isShort && <span className="moment-absolute"> {absoluteTime(at, nowMs)}</span>}
    </time>
  );
}
