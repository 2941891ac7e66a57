// What a moved threshold would have changed in what is stored: the alerts it would have spared, the incidents it would have kept.
import type { Replay } from '../../../client/index.ts';
import { Sentence } from '../../components/sentence.tsx';
import { factorWords } from './replay-words.ts';

export function ReplayView({ replay }: { readonly replay: Replay }) {
  const { added, alerts, dropped, factorAfter, factorBefore, incidents, kept } = replay;
  return (
    <>
      <p className="replay-sentence">
        <Sentence text={replay.sentence} />
      </p>
      {factorAfter !== factorBefore && (
        <dl className="replay-figures">
          <Figure title="Threshold" value={factorWords(factorBefore, factorAfter)} />
          <Figure title="Alerts it would have spared you" value={`${dropped} of ${alerts}`} />
          {added > 0 && <Figure title="Alerts more than before" value={String(added)} />}
          <Figure
            title="Incidents and useful alerts kept"
            value={`${kept} of ${incidents}`}
            tone={kept < incidents ? 'bad' : 'plain'}
          />
        </dl>
      )}
    </>
  );
}

interface FigureProps {
  readonly title: string;
  readonly value: string;
  readonly tone?: 'plain' | 'bad';
}

function Figure({ title, value, tone = 'plain' }: FigureProps) {
  return (
    <div data-tone={tone}>
      <dt>{title}</dt>
      <dd>{value}</dd>
    </div>
  );
}
