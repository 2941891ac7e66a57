// What flipped a plan: the answer in a sentence, each change with its figures, what to do, and both plans.
import type { Bisection } from '../../../client/index.ts';
import { CodeBlock } from '../../components/code-block.tsx';
import { Moment } from '../../components/moment.tsx';
import { countWords, plural } from '../../components/number-words.ts';
import { Sentence } from '../../components/sentence.tsx';
import { Gaps } from '../more.tsx';
import { PlanComparison } from '../plan/plan-comparison.tsx';

export function BisectionView({ bisection }: { readonly bisection: Bisection }) {
  const { after, before, changes, culprits, gaps, isFlipped, isProven, remedies, sentence, tried } = bisection;
  return (
    <div className="bisection" aria-live="polite">
      <p className="planner-lead">
        <Sentence text={sentence} />
      </p>
      {culprits.length > 0 && (
        <ol className="culprits">
          {culprits.map((culprit) => (
            <li key={culprit.sentence}>
              <p>
                <Sentence text={culprit.sentence} />
              </p>
              <p className="culprit-figures">
                <span className="soft">{subjectOf(culprit)}</span>
                <code>{culprit.before ?? 'none'}</code>
                <span className="faint">became</span>
                <code>{culprit.after ?? 'none'}</code>
                {culprit.at && (
                  <span className="faint small">
                    <Moment at={culprit.at} />
                  </span>
                )}
              </p>
            </li>
          ))}
        </ol>
      )}
      <p className="faint small">
        {plural(changes, 'thing differs', 'things differ')} between the two; {countWords(tried)} plans were asked of the
        twin.
        {isFlipped &&
          isProven &&
          ' It holds the other way round too: with all but this as it is now, the old plan stays.'}
      </p>
      {remedies.map(({ sentence: words, sql }) => (
        <div key={words} className="cure">
          <p>
            <Sentence text={words} />
          </p>
          {sql && <CodeBlock text={sql} label="Copy the SQL" />}
        </div>
      ))}
      <PlanComparison
        before={{ title: 'Then', plan: before }}
        after={isFlipped ? { title: 'Now', plan: after } : null}
      />
      <Gaps gaps={gaps} />
    </div>
  );
}

function subjectOf({ column, field, relation }: Bisection['culprits'][number]): string {
  const where = [relation, column].filter((part) => part !== null).join('.');
  return where === '' ? field : `${field} of ${where}`;
}
