// How many connections more than usual each reason took: a bar for each, the dominant one first.
import type { VerdictTerms } from '../../client/index.ts';
import { termViews } from './cause-words.ts';
import './term-list.css';

export function TermList({ terms }: { readonly terms: VerdictTerms }) {
  const views = termViews(terms);
  const most = views[0]?.connections ?? 1;
  if (views.length === 0) return <p className="soft">No more of them are held than usual.</p>;
  return (
    <dl className="term-list">
      {views.map(({ key, label, connections }) => (
        <div key={key}>
          <dt>{label}</dt>
          <dd>
            <span className="term-bar" style={{ inlineSize: `${Math.max(2, (connections / most) * 100)}%` }} />
            <span className="term-number">+{connections.toFixed(1)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
