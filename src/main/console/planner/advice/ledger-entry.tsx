// One entry of the ledger: what was predicted and what was measured, as pairs of bars and of points; and what to take back.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { LedgerEntry } from '../../../client/index.ts';
import { Writer } from '../../accounts/writer.tsx';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { Moment } from '../../components/moment.tsx';
import { say, sayProblem } from '../../components/notify.ts';
import { Sentence } from '../../components/sentence.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { indexWorksQuery, plannerKey } from '../planner.ts';
import { byteWords, indexWords, sparedWords, timesSign } from './advice-words.ts';
import { errorWords, stageWords, timesScale, verdictWords } from './ledger-words.ts';

export function LedgerEntryView({ entry }: { readonly entry: LedgerEntry }) {
  const { by, doneAt, index, kind, predicted, predictionError, realised, sentence, stage, suggestion, verdict } = entry;
  const { title, tone } = verdictWords(verdict);
  return (
    <article className="ledger-body" aria-label={index.name}>
      <div className="ledger-head">
        <h2>
          <code>{kind === 'create' ? indexWords(index) : index.name}</code>
        </h2>
        <StatusWord tone={tone}>{title}</StatusWord>
        <span className="faint small">
          {kind === 'create' ? 'created' : 'dropped'} <Moment at={doneAt} isShort />
          {by && (
            <>
              {' '}
              by <Writer by={by} />
            </>
          )}
          , {stageWords(stage)}
          {predictionError !== null && `, ${errorWords(predictionError)}`}
        </span>
      </div>
      <p className="ledger-sentence">
        <Sentence text={sentence} />
      </p>
      <div className="ledger-pairs">
        <Pair
          title="Saved in a day"
          said={predicted.millisecondsPerDay}
          real={realised.millisecondsPerDay}
          words={sparedWords}
        />
        <Pair title="Size" said={predicted.sizeBytes} real={realised.sizeBytes} words={byteWords} />
      </div>
      <Statements entry={entry} />
      {suggestion && <Suggestion entry={entry} suggestion={suggestion} />}
    </article>
  );
}

interface PairProps {
  readonly title: string;
  readonly said: number | null;
  readonly real: number | null;
  readonly words: (value: number) => string;
}

/** Two bars on one scale: what was predicted above, what was measured below it. */
function Pair({ real, said, title, words }: PairProps) {
  if (said === null && real === null) return null;
  const most = Math.max(said ?? 0, real ?? 0, Number.MIN_VALUE);
  const width = (value: number | null) => ({ width: `${(Math.max(0, value ?? 0) / most) * 100}%` });
  return (
    <dl className="ledger-pair">
      <dt>{title}</dt>
      <dd>
        <span className="ledger-label">predicted</span>
        {said !== null && <span className="ledger-bar" style={width(said)} />}
        <span>{said === null ? 'not said' : words(said)}</span>
      </dd>
      <dd>
        <span className="ledger-label">measured</span>
        {real !== null && <span className="ledger-bar" data-real style={width(real)} />}
        <span className={real === null ? 'faint' : undefined}>{real === null ? 'not yet' : words(real)}</span>
      </dd>
    </dl>
  );
}

/** Each statement on one scale of "times cheaper": a ring where it was to be, a point where it is. */
function Statements({ entry: { statements } }: { readonly entry: LedgerEntry }) {
  if (statements.length === 0) return null;
  const scale = timesScale(statements.flatMap(({ predictedTimes, realisedTimes }) => [predictedTimes, realisedTimes]));
  return (
    <ul className="ledger-statements">
      {statements.map(({ predictedTimes, realisedTimes, sentence, statement }) => {
        const [from, to] = [scale(predictedTimes), realisedTimes === null ? null : scale(realisedTimes)];
        return (
          <li key={statement} title={sentence.replaceAll('`', '')}>
            <code>{statement}</code>
            <span className="ledger-track" aria-hidden="true">
              {to !== null && (
                <i
                  className="ledger-way"
                  style={{ left: `${Math.min(from, to) * 100}%`, width: `${Math.abs(to - from) * 100}%` }}
                />
              )}
              <i className="ledger-said" style={{ left: `${from * 100}%` }} />
              {to !== null && <i className="ledger-real" style={{ left: `${to * 100}%` }} />}
            </span>
            <span className="ledger-times">
              <span className="faint">{timesSign(predictedTimes)} said, </span>
              {realisedTimes === null ? 'too few calls' : <strong>{timesSign(realisedTimes)}</strong>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

interface SuggestionProps {
  readonly entry: LedgerEntry;
  readonly suggestion: NonNullable<LedgerEntry['suggestion']>;
}

function Suggestion({ entry, suggestion }: SuggestionProps) {
  const cache = useQueryClient();
  const works = useQuery(indexWorksQuery());
  const work = works.data?.find(({ adviceId, canUndo }) => adviceId === entry.id && canUndo);
  const undo = useMutation({
    mutationFn: (id: string) => api.planner.undoIndexWork(id),
    onSuccess: () => say('It is being taken back.'),
    onError: sayProblem,
    onSettled: () => cache.invalidateQueries({ queryKey: plannerKey() }),
  });
  return (
    <div className="cure">
      <p>
        <Sentence text={suggestion.sentence} />
      </p>
      <CodeBlock text={suggestion.sql} label="Copy the DDL" />
      {work && (
        <div>
          <Button isBusy={undo.isPending} onClick={() => undo.mutate(work.id)}>
            Take it back
          </Button>
        </div>
      )}
    </div>
  );
}
