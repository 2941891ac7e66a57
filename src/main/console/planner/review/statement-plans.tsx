// The plans of a statement: one for each kind of values where they differ, and beside it the plan that a cure would give.
import { useState } from 'react';
import type { ReviewedPlan, ReviewedStatement } from '../../../client/index.ts';
import { Choice } from '../../components/choice.tsx';
import { PlanComparison } from '../plan/plan-comparison.tsx';
import { figureWords, percentWords } from '../plan/plan-words.ts';
import { bindingWords, concernWords } from './review-words.ts';

export function StatementPlans({ statement }: { readonly statement: ReviewedStatement }) {
  const { findings, plans } = statement;
  const [chosen, setChosen] = useState(plans[0]?.plan.shapeId ?? '');
  const cures = findings.flatMap(({ cure, kind, nodeId }) =>
    cure.planAfter !== null && cure.isVerified ? [{ cure, kind, nodeId, planAfter: cure.planAfter }] : [],
  );
  const [cured, setCured] = useState('0');
  const plan = plans.find(({ plan: one }) => one.shapeId === chosen) ?? plans[0];
  if (!plan) return null;
  const found = plan === plans[0] ? (cures[Number(cured)] ?? null) : null;
  const marked = findings.find(
    ({ binding, nodeId }) => nodeId !== null && (binding === null || plan.bindings.includes(binding)),
  );
  return (
    <section className="section">
      <h2>{plans.length > 1 ? 'Plans' : 'Plan'}</h2>
      {plans.length > 1 && (
        <Choice
          label="For which values"
          options={plans.map(planOption)}
          value={plan.plan.shapeId}
          onChoose={setChosen}
        />
      )}
      {plan === plans[0] && cures.length > 1 && (
        <Choice
          label="Which cure"
          options={[
            ...cures.map(({ cure, kind }, index) => ({
              value: String(index),
              label: concernWords(kind),
              means: cure.sentence,
            })),
            { value: 'none', label: 'Today alone' },
          ]}
          value={cured}
          onChoose={setCured}
        />
      )}
      <PlanComparison
        key={`${plan.plan.shapeId} ${cured}`}
        before={{ title: 'Today', plan: plan.plan, markedId: (found ?? marked)?.nodeId ?? null }}
        after={found ? { title: afterTitle(found.cure.kind), plan: found.planAfter } : null}
      />
    </section>
  );
}

function afterTitle(kind: 'index' | 'rewrite' | 'advice'): string {
  if (kind === 'index') return 'With the index';
  return kind === 'rewrite' ? 'Written anew' : 'With the cure';
}

function planOption({ bindings, plan, weight }: ReviewedPlan) {
  const words = bindingWords(bindings);
  const label = `${words.charAt(0).toUpperCase()}${words.slice(1)}, ${figureWords(plan.cost)}`;
  return { value: plan.shapeId, label, means: `${percentWords(weight)} of calls` };
}
