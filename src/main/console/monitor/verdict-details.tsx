// Verdicts that stand behind the one that matters: a line each, opened where somebody wants to know.
import type { Verdict } from '../../client/index.ts';
import { Moment } from '../components/moment.tsx';
import { Sentence } from '../components/sentence.tsx';
import { kindWords } from './cause-words.ts';
import { VerdictView } from './verdict-view.tsx';
import './verdict-details.css';

interface VerdictDetailsProps {
  readonly title: string;
  readonly verdicts: readonly Verdict[];
  readonly hasActions?: boolean;
}

export function VerdictDetails({ title, verdicts, hasActions = true }: VerdictDetailsProps) {
  if (verdicts.length === 0) return null;
  return (
    <section className="section">
      <h2>{title}</h2>
      {verdicts.map((verdict) => (
        <details key={verdict.id} className="verdict-details">
          <summary>
            <span className="verdict-details-when small faint">
              <Moment at={verdict.detectedAt} />
            </span>
            <span className="verdict-details-kind">{kindWords(verdict.kind).title}</span>
            <span className="soft">
              <Sentence text={verdict.sentence} />
            </span>
          </summary>
          <VerdictView verdict={verdict} hasActions={hasActions} />
        </details>
      ))}
    </section>
  );
}
