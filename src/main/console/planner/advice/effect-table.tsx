// What an index does to each statement: its cost before and after as bars on one scale; a press shows both plans.
import { useState } from 'react';
import type { CreateAdvice, StatementEffect } from '../../../client/index.ts';
import { Icon } from '../../components/icon.tsx';
import { countWords, millisecondsWords, plural } from '../../components/number-words.ts';
import { FirstRows } from '../first-rows.tsx';
import { PlanComparison } from '../plan/plan-comparison.tsx';
import { shortFigure } from '../plan/plan-words.ts';
import { timesSign } from './advice-words.ts';

const SHOWN_FIRST = 4;

export function EffectTable({ advice }: { readonly advice: CreateAdvice }) {
  const { moreStatements, statements } = advice;
  return (
    <div className="effects">
      <FirstRows rows={statements} count={SHOWN_FIRST}>
        {(shown) => (
          <ul>
            {shown.map((effect) => (
              <Effect key={effect.statement} effect={effect} />
            ))}
          </ul>
        )}
      </FirstRows>
      {moreStatements > 0 && (
        <p className="faint small">
          {plural(moreStatements, 'further statement changes', 'further statements change')}.
        </p>
      )}
    </div>
  );
}

function Effect({ effect }: { readonly effect: StatementEffect }) {
  const { after, before, callsPerDay, costAfter, costBefore, statement, text, timesCheaper } = effect;
  const [isOpen, setOpen] = useState(false);
  const most = Math.max(costBefore, costAfter, Number.MIN_VALUE);
  const hasPlans = before !== null;
  return (
    <li className="effect" data-dearer={timesCheaper < 1 || undefined}>
      <button
        type="button"
        className="effect-line"
        aria-expanded={hasPlans ? isOpen : undefined}
        disabled={!hasPlans}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="effect-name">
          {hasPlans && <Icon name="next" size={12} />}
          <code title={text ?? statement}>{statement}</code>
        </span>
        <span className="effect-bars" aria-hidden="true">
          <span style={{ width: `${(costBefore / most) * 100}%` }} />
          <span data-after style={{ width: `${(costAfter / most) * 100}%` }} />
        </span>
        <span className="effect-cost">
          {shortFigure(costBefore)} <span className="faint">→</span> {shortFigure(costAfter)}
          <span className="only-for-screen-readers"> in cost</span>
        </span>
        <strong className="effect-times">{timesSign(timesCheaper)}</strong>
        <span className="effect-note">{noteWords(effect, callsPerDay)}</span>
      </button>
      {isOpen && before && (
        <div className="effect-plans">
          <PlanComparison
            before={{ title: 'Today', plan: before }}
            after={after ? { title: 'With the index', plan: after } : null}
          />
        </div>
      )}
    </li>
  );
}

function noteWords({ millisecondsAfter, millisecondsBefore }: StatementEffect, callsPerDay: number | null): string {
  const calls = callsPerDay === null ? [] : [`${countWords(Math.round(callsPerDay))} calls a day`];
  const time =
    millisecondsBefore === null || millisecondsAfter === null
      ? []
      : [`${millisecondsWords(millisecondsBefore)} to about ${millisecondsWords(millisecondsAfter)} ms`];
  return [...calls, ...time].join(', ');
}
