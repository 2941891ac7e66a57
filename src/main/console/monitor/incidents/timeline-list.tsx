// What happened, oldest first: the entry of the moment one looks at stands out, and keeps itself in sight.
import { memo, useEffect, useRef } from 'react';
import type { TimelineEntry } from '../../../client/index.ts';
import { Writer } from '../../accounts/writer.tsx';
import { clockTimeBeside, offsetWords } from '../../components/clock-words.ts';
import { Sentence } from '../../components/sentence.tsx';
import { exactTime } from '../../components/time-words.ts';
import { timelineKindWords } from './timeline-words.ts';
import './timeline-list.css';

interface TimelineListProps {
  readonly timeline: readonly TimelineEntry[];
  readonly openedAt: string;
  /** The position of the entry one has come to; -1 before the first, null where one follows the end. */
  readonly currentIndex: number | null;
  /** The same from one drawing to the next. */
  readonly onPick: (entry: TimelineEntry) => void;
}

export function TimelineList({ timeline, openedAt, currentIndex, onPick }: TimelineListProps) {
  const box = useRef<HTMLOListElement>(null);
  const shownIndex = currentIndex ?? timeline.length - 1;
  // The page itself stays where it is: only the list moves.
  useEffect(() => {
    const list = box.current;
    const entry = list?.children[Math.max(0, shownIndex)];
    if (!list || !(entry instanceof HTMLElement)) return;
    // The list is what the entry's offset counts from, since it is positioned.
    const top = entry.offsetTop;
    const isInSight = top >= list.scrollTop && top + entry.offsetHeight <= list.scrollTop + list.clientHeight;
    if (!isInSight) list.scrollTo({ top: top - (list.clientHeight - entry.offsetHeight) / 2 });
  }, [shownIndex]);
  const openedMs = Date.parse(openedAt);
  return (
    <ol className="timeline" ref={box} aria-label="Timeline, oldest first">
      {timeline.map((entry, index) => (
        <Entry key={entry.id} entry={entry} openedMs={openedMs} state={stateOf(index, currentIndex)} onPick={onPick} />
      ))}
    </ol>
  );
}

type EntryState = 'past' | 'current' | 'ahead';

function stateOf(index: number, currentIndex: number | null): EntryState {
  if (currentIndex === null || index < currentIndex) return 'past';
  return index === currentIndex ? 'current' : 'ahead';
}

interface EntryProps {
  readonly entry: TimelineEntry;
  readonly openedMs: number;
  readonly state: EntryState;
  readonly onPick: (entry: TimelineEntry) => void;
}

/** Of thousands, only those are drawn again whose state has changed. */
const Entry = memo(function Entry({ entry, openedMs, state, onPick }: EntryProps) {
  const { label, tone } = timelineKindWords(entry.kind);
  const atMs = Date.parse(entry.at);
  return (
    <li data-state={state} data-tone={tone} aria-current={state === 'current' ? 'step' : undefined}>
      <button
        type="button"
        className="timeline-time"
        title={exactTime(entry.at)}
        aria-label={`Go to ${clockTimeBeside(atMs, openedMs)}, ${offsetWords(atMs, openedMs)}`}
        onClick={() => onPick(entry)}
      >
        <time dateTime={entry.at}>{clockTimeBeside(atMs, openedMs)}</time>
        <span className="faint">{offsetWords(atMs, openedMs)}</span>
      </button>
      <div className="timeline-words">
        <p className="timeline-kind">
          {label}
          {entry.by && (
            <span className="faint">
              {' by '}
              <Writer by={entry.by} />
            </span>
          )}
        </p>
        <p>
          <Sentence text={entry.sentence} />
        </p>
      </div>
    </li>
  );
});
