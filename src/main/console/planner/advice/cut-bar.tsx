// The cost of all reading today as one bar: what each advised index takes off it, and what stays.
import type { AdviceItem, CreateAdvice } from '../../../client/index.ts';
import { percentWords } from '../plan/plan-words.ts';
import { indexWords, isCreate } from './advice-words.ts';
import { cutParts } from './cut-parts.ts';

export function CutBar({ items }: { readonly items: readonly AdviceItem[] }) {
  const advice = items.map(({ advice: one }) => one).filter((one): one is CreateAdvice => isCreate(one));
  if (advice.length === 0) return null;
  const { parts, rest } = cutParts(advice.map(({ benefit }) => benefit.shareOfWorkload));
  return (
    <figure
      className="cut-bar"
      aria-label={`${percentWords(1 - rest)} of the cost of reading goes, ${percentWords(rest)} stays`}
    >
      <div aria-hidden="true">
        {parts.map((share, index) => {
          const one = advice[index];
          return one ? (
            <button
              key={one.id}
              type="button"
              tabIndex={-1}
              style={{ flexGrow: share }}
              title={`${indexWords(one.index)}: ${percentWords(share)}`}
              onClick={() => document.getElementById(`advice-${one.id}`)?.scrollIntoView({ behavior: 'smooth' })}
            />
          ) : null;
        })}
        <span className="cut-rest" style={{ flexGrow: rest }} title={`Stays: ${percentWords(rest)}`} />
      </div>
      <figcaption>
        <span>
          <strong>{percentWords(1 - rest)}</strong> of the cost of reading goes
        </span>
        <span className="faint">{percentWords(rest)} stays</span>
      </figcaption>
    </figure>
  );
}
