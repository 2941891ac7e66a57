// One measure: its tick, its sentence, what to run, what it rests on, and whether it holds.

import type { Measure } from '../../../client/index.ts';
import { Writer } from '../../accounts/writer.tsx';
import { api } from '../../api.ts';
import { IconButton } from '../../components/button.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { Moment } from '../../components/moment.tsx';
import { say } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { checkWords } from './measure-words.ts';
import { usePostmortemChange } from './use-postmortem-change.ts';

interface MeasureItemProps {
  readonly measure: Measure;
  readonly incidentId: string;
  readonly isReadOnly: boolean;
}

export function MeasureItem({ measure, incidentId, isReadOnly }: MeasureItemProps) {
  const { isDone, isOwn, key, sentence } = measure;
  const tick = usePostmortemChange<boolean>({
    incidentId,
    send: (isTicked) => api.monitor.tickMeasure(incidentId, key, isTicked),
  });
  const remove = usePostmortemChange({
    incidentId,
    send: () => api.monitor.deleteMeasure(incidentId, key),
    onDone: () => say('The measure is gone; the version before still has it.'),
  });
  // What was clicked is shown at once; the answer corrects it.
  const isTicked = tick.isPending ? tick.variables : isDone;
  return (
    <li className="measure" data-done={isTicked || undefined}>
      <label className="measure-tick">
        <input
          type="checkbox"
          checked={isTicked}
          disabled={isReadOnly || tick.isPending}
          onChange={(event) => tick.mutate(event.target.checked)}
        />
        <span className="measure-sentence">
          <Sentence text={sentence} />
        </span>
      </label>
      {isOwn && !isReadOnly && (
        <IconButton
          icon="trash"
          label={`Delete “${sentence}”`}
          disabled={remove.isPending}
          onClick={() => remove.mutate()}
        />
      )}
      <div className="measure-more">
        <MeasureWords measure={measure} />
        {tick.isError && <ProblemNotice error={tick.error} />}
        {remove.isError && <ProblemNotice error={remove.error} />}
      </div>
    </li>
  );
}

/** What to run, what it rests on, whether it holds, and who ticked it off. */
function MeasureWords({ measure }: Pick<MeasureItemProps, 'measure'>) {
  const { check, detail, doneAt, doneBy, evidence } = measure;
  return (
    <>
      {detail && <CodeBlock text={detail} />}
      {evidence.length > 0 && (
        <ul className="measure-evidence">
          {evidence.map((words) => (
            <li key={words}>
              <Sentence text={words} />
            </li>
          ))}
        </ul>
      )}
      {check && (
        <p className="measure-check small">
          <StatusWord tone={checkWords(check.state).tone}>{checkWords(check.state).label}</StatusWord>
          <span className="soft">
            <Sentence text={check.sentence} />
          </span>
          <span className="faint">
            checked <Moment at={check.checkedAt} isShort />
          </span>
        </p>
      )}
      {doneAt && (
        <p className="small faint">
          Ticked off{doneBy && ' by '}
          {doneBy && <Writer by={doneBy} />} <Moment at={doneAt} isShort />
        </p>
      )}
    </>
  );
}
