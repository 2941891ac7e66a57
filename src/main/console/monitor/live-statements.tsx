// The statements that take most time now, the heaviest first; one that overtakes another is seen to do so.
import { useReducedMotion } from '@mantine/hooks';
import { memo, useLayoutEffect, useRef } from 'react';
import type { LiveStatement } from '../../client/index.ts';
import { countWords, millisecondsWords } from '../components/number-words.ts';
import { LinesSkeleton } from '../components/skeleton.tsx';
import { rateWords } from './live-words.ts';

interface LiveStatementsProps {
  /** Undefined before the first second. */
  readonly statements: readonly LiveStatement[] | undefined;
  /** Nothing comes: there is no use in waiting for a first second. */
  readonly isUnknown: boolean;
}

const SHOWN = 8;

export const LiveStatements = memo(function LiveStatements(props: LiveStatementsProps) {
  return (
    <section className="live-statements" aria-label="Statements that take most time now">
      <h2>What takes most time now</h2>
      <Rows {...props} />
    </section>
  );
});

function Rows({ isUnknown, statements }: LiveStatementsProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const shown = statements?.slice(0, SHOWN) ?? [];
  useMovingRows(body, shown.map(({ statement }) => statement).join('\n'));
  if (statements === undefined) return isUnknown ? <p className="soft">Not known.</p> : <LinesSkeleton lines={5} />;
  if (shown.length === 0) return <p className="soft">Nothing ran in the last ten seconds.</p>;
  return (
    <table className="live-table">
      <thead>
        <tr>
          <th scope="col">Statement</th>
          <th scope="col">Share</th>
          <th scope="col">Per second</th>
          <th scope="col">Mean, ms</th>
          <th scope="col">Now</th>
        </tr>
      </thead>
      <tbody ref={body}>
        {shown.map((one) => (
          <tr key={one.statement} data-key={one.statement}>
            <td>
              <code>{one.statement}</code>
            </td>
            <td>
              <span
                className="live-share"
                style={{ '--share': one.share, '--lane': `var(--chart-${one.lane})` } as React.CSSProperties}
                role="img"
                aria-label={`${Math.round(one.share * 100)} %`}
              />
            </td>
            <td>{rateWords(one.callsPerSecond)}</td>
            <td>{millisecondsWords(one.meanMs)}</td>
            <td>{countWords(one.running)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const MOVE_MS = 240;

/** Lets each row glide from where it was to where it is, by nothing but a transform. */
function useMovingRows(body: React.RefObject<HTMLTableSectionElement | null>, order: string): void {
  const tops = useRef(new Map<string, number>());
  const isMotionReduced = useReducedMotion() ?? false;
  useLayoutEffect(() => {
    const next = new Map<string, number>();
    for (const row of body.current?.rows ?? []) {
      const key = row.dataset.key ?? '';
      next.set(key, row.offsetTop);
      const before = tops.current.get(key);
      if (isMotionReduced || before === undefined || before === row.offsetTop) continue;
      row.animate([{ transform: `translateY(${before - row.offsetTop}px)` }, { transform: 'none' }], {
        duration: MOVE_MS,
        easing: 'cubic-bezier(0.2, 0.7, 0.3, 1)',
      });
    }
    tops.current = next;
  }, [body, order, isMotionReduced]);
}
