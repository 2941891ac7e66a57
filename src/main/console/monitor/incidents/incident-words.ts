// An incident's own times in words: what took how long, from its first moment.
import type { IncidentSummary } from '../../../client/index.ts';
import { spanWords } from '../../components/clock-words.ts';

export interface Milestone {
  readonly key: 'detected' | 'named' | 'contained' | 'closed';
  readonly label: string;
  /** Null while it has not come, or was never known. */
  readonly at: string | null;
  /** "0.8 s", "at once", "3 s before"; what is awaited where it has not come. */
  readonly words: string;
}

type Times = Pick<IncidentSummary, 'openedAt' | 'detectedAt' | 'namedAt' | 'containedAt' | 'closedAt' | 'state'>;

/** What is measured from the moment it opened: to seen, named, contained, over. */
export function milestones(times: Times): Milestone[] {
  const openedMs = Date.parse(times.openedAt);
  const isOpen = times.state === 'open';
  const make = (key: Milestone['key'], label: string, at: string | null): Milestone => ({
    key,
    label,
    at,
    words: at === null ? (isOpen ? 'not yet' : 'not known') : fromOpened(Date.parse(at) - openedMs),
  });
  return [
    make('detected', 'Detected', times.detectedAt),
    make('named', 'Cause named', times.namedAt),
    make('contained', 'Contained', times.containedAt),
    make('closed', 'Closed', times.closedAt),
  ];
}

const AT_ONCE_MS = 100;

function fromOpened(ms: number): string {
  if (Math.abs(ms) < AT_ONCE_MS) return 'at once';
  return ms < 0 ? `${spanWords(ms)} before` : spanWords(ms);
}

/** "for 4 min 12 s" while it is open, "2 min 5 s" once it is over. */
export function lastedWords(
  { openedAt, closedAt }: Pick<IncidentSummary, 'openedAt' | 'closedAt'>,
  nowMs: number,
): string {
  const openedMs = Date.parse(openedAt);
  return closedAt === null
    ? `for ${spanWords(Math.max(0, nowMs - openedMs))}`
    : spanWords(Date.parse(closedAt) - openedMs);
}

/** "75 %", and no "0 %" of what did happen, nor "100 %" of what was not all. */
export function shareWords(share: number): string {
  if (share <= 0) return '0 %';
  if (share < 0.005) return 'under 1 %';
  return share < 1 && share >= 0.995 ? '99 %' : `${Math.round(share * 100)} %`;
}
