// What is to know of one step of a plan: what it does in plain words, what it asks, its figures, and why they may be wrong.
import { plural } from '../../components/number-words.ts';
import { Sentence } from '../../components/sentence.tsx';
import type { TreeStep } from './plan-tree-model.ts';
import { figureWords, meaningOf, percentWords } from './plan-words.ts';

interface PlanStepDetailProps {
  readonly step: TreeStep;
  readonly depth: number;
}

const kinds: Readonly<Record<string, string>> = {
  index: 'The index finds',
  recheck: 'Checked again',
  join: 'Joined by',
  filter: 'Kept if',
  once: 'Only if',
  sort: 'Sorted by',
  group: 'Grouped by',
};

export function PlanStepDetail({ depth, step }: PlanStepDetailProps) {
  const meaning = meaningOf(step.type);
  return (
    <div className="plan-detail" style={{ '--depth': depth } as React.CSSProperties}>
      {meaning && <p>{meaning}</p>}
      {step.conditions.length > 0 && (
        <dl className="plan-conditions">
          {step.conditions.map(({ kind, text }) => (
            <div key={`${kind} ${text}`}>
              <dt>{kinds[kind] ?? kind}</dt>
              <dd>
                <code>{text}</code>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <p className="faint small">{figures(step)}</p>
      {step.doubt && <Doubts step={step} />}
      {step.warnings.map((sentence) => (
        <p key={sentence} className="plan-warning">
          <Sentence text={sentence} />
        </p>
      ))}
    </div>
  );
}

function figures({ loops, ownShare, rows, share, steps, widthBytes, workers }: TreeStep): string {
  const runs = loops > 1 ? `, ${figureWords(loops)} times` : '';
  const below = steps.length > 0 ? `, ${percentWords(share)} with the steps below` : '';
  const helpers = workers ? ` ${plural(workers, 'parallel worker', 'parallel workers')}.` : '';
  const each = `${figureWords(rows)} ${rows === 1 ? 'row' : 'rows'} of ${figureWords(widthBytes)} bytes`;
  return `${percentWords(ownShare)} of the cost by itself${below}. About ${each}${runs}.${helpers}`;
}

function Doubts({ step: { doubt, rows } }: { readonly step: TreeStep }) {
  if (!doubt) return null;
  const real = doubt.realRows;
  return (
    <div className="plan-doubt">
      {real !== null && (
        <p>
          {figureWords(rows)} rows are expected, and {figureWords(real)} were counted.
        </p>
      )}
      {doubt.reasons.map((reason) => (
        <p key={reason}>
          <Sentence text={reason} />
        </p>
      ))}
    </div>
  );
}
