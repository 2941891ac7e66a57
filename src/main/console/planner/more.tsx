// What is true and worth knowing, but not first: closed until one asks for it.
import type { ReactNode } from 'react';
import { plural } from '../components/number-words.ts';
import { Sentence } from '../components/sentence.tsx';
import './planner.css';

interface MoreProps {
  readonly title: string;
  readonly children: ReactNode;
}

export function More({ children, title }: MoreProps) {
  return (
    <details className="more">
      <summary>{title}</summary>
      <div className="more-body">{children}</div>
    </details>
  );
}

interface GapsProps {
  readonly gaps: readonly { readonly subject: string; readonly sentence: string }[];
}

/** What the twin does not have as production has it: said with each answer, and quietly. */
export function Gaps({ gaps }: GapsProps) {
  if (gaps.length === 0) return null;
  return (
    <More title={`What the twin cannot know: ${plural(gaps.length, 'thing', 'things')}`}>
      <ul className="more-list">
        {gaps.map(({ sentence, subject }) => (
          <li key={`${subject} ${sentence}`}>
            <Sentence text={sentence} />
          </li>
        ))}
      </ul>
    </More>
  );
}

export function Assumptions({ assumptions }: { readonly assumptions: readonly string[] }) {
  if (assumptions.length === 0) return null;
  return (
    <More title="What is assumed">
      <ul className="more-list">
        {assumptions.map((sentence) => (
          <li key={sentence}>
            <Sentence text={sentence} />
          </li>
        ))}
      </ul>
    </More>
  );
}
