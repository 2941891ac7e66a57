// Two plans of one statement beside each other, on one scale of cost: what was wide and is a sliver has become cheap.
import { useMemo, useState } from 'react';
import type { ReadPlan } from '../../../client/index.ts';
import { Choice } from '../../components/choice.tsx';
import { PlanTree } from './plan-tree.tsx';
import { treeOf } from './plan-tree-model.ts';
import { figureWords, timesWords } from './plan-words.ts';
import './plan-comparison.css';

interface Side {
  readonly title: string;
  readonly plan: ReadPlan;
  readonly markedId?: number | null;
}

interface PlanComparisonProps {
  readonly before: Side;
  readonly after: Side | null;
}

const scales = [
  { value: 'one', label: 'One scale', means: 'Both by the dearer one: equal widths are equal costs' },
  { value: 'own', label: 'Each its own', means: 'Each plan fills its width' },
] as const;

export function PlanComparison({ after, before }: PlanComparisonProps) {
  const [scale, setScale] = useState<'one' | 'own'>('one');
  const first = useMemo(() => treeOf(before.plan), [before.plan]);
  const second = useMemo(() => (after ? treeOf(after.plan) : null), [after]);
  const shared = scale === 'one' && second ? { scaleCost: Math.max(first.cost, second.cost) } : {};
  return (
    <div className="plan-comparison">
      {second && <Choice label="Scale" options={scales} value={scale} onChoose={setScale} />}
      <div className="plan-sides" data-both={second !== null || undefined}>
        <section aria-label={before.title}>
          <SideHead title={before.title} cost={first.cost} />
          <PlanTree plan={first} label={`Plan: ${before.title}`} markedId={before.markedId ?? null} {...shared} />
        </section>
        {after && second && (
          <section aria-label={after.title}>
            <SideHead title={after.title} cost={second.cost} note={timesWords(first.cost, second.cost)} />
            <PlanTree plan={second} label={`Plan: ${after.title}`} markedId={after.markedId ?? null} {...shared} />
          </section>
        )}
      </div>
    </div>
  );
}

interface SideHeadProps {
  readonly title: string;
  readonly cost: number;
  readonly note?: string;
}

function SideHead({ cost, note, title }: SideHeadProps) {
  return (
    <div className="plan-side-head">
      <h3>{title}</h3>
      <p>
        <span className="faint">Cost</span> {figureWords(cost)}
        {note && <strong>{note}</strong>}
      </p>
    </div>
  );
}
