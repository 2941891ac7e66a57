// What the machine has of each thing, what is needed, and when it will be too little.
import { useQuery } from '@tanstack/react-query';
import type { SizingAdvice, SizingReport } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { Assumptions, More } from '../more.tsx';
import { NothingYet } from '../nothing-yet.tsx';
import { sizingQuery } from '../planner.ts';
import { RunLine, TakenAt } from '../run-line.tsx';
import { type RunOfPage, useRun } from '../use-run.ts';
import { ForecastHead } from './forecast-head.tsx';
import { aroundWords } from './forecast-words.ts';
import { amountWords, partWords, sizingState } from './sizing-words.ts';

export function SizingScreen() {
  const sizing = useQuery(sizingQuery());
  const run = useRun('sizing');
  const report = sizing.data?.report;
  return (
    <>
      <ForecastHead
        title="Sizing"
        actions={
          report && (
            <Button isBusy={run.isAsking || run.current !== null} onClick={run.start}>
              Look again
            </Button>
          )
        }
      >
        Whether the machine is large enough, and until when.
        <TakenAt at={report?.takenAt} />
      </ForecastHead>
      <RunLine run={run} shown={sizing.data?.run} />
      <Loaded query={sizing} skeleton={<LinesSkeleton lines={8} />}>
        {({ report: found }) => (found ? <Sizing report={found} /> : <NoSizing run={run} />)}
      </Loaded>
    </>
  );
}

function Sizing({ report }: { readonly report: SizingReport }) {
  return (
    <div className="planner-page">
      <p className="planner-lead">
        <Sentence text={report.sentence} />
      </p>
      <ol className="sizing">
        {report.advice.map((advice) => (
          <li key={`${advice.part} ${advice.sentence}`} className="sizing-part">
            <Part advice={advice} />
          </li>
        ))}
      </ol>
      <Assumptions assumptions={report.assumptions} />
    </div>
  );
}

function Part({ advice }: { readonly advice: SizingAdvice }) {
  const { action, at, evidence, figures, part, sentence, sql, state } = advice;
  const { title, tone } = sizingState(state);
  const around = aroundWords(at, Date.now());
  return (
    <>
      <div className="sizing-name">
        <h2>{partWords(part)}</h2>
        <StatusWord tone={tone}>{title}</StatusWord>
        {around && around !== 'now' && <span className="faint small">{around}</span>}
      </div>
      <div className="sizing-body">
        <p>
          <Sentence text={sentence} />
        </p>
        <Bar advice={advice} />
        {action && (
          <p className="sizing-action">
            <Sentence text={action} />
          </p>
        )}
        {sql && <CodeBlock text={sql} label="Copy the SQL" />}
        {figures.length > 0 && (
          <dl className="planner-figures">
            {figures.map(({ label, unit, value }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{amountWords(value, unit)}</dd>
              </div>
            ))}
          </dl>
        )}
        {evidence.length > 0 && (
          <More title="What this rests on">
            <ul className="more-list">
              {evidence.map((one) => (
                <li key={one}>
                  <Sentence text={one} />
                </li>
              ))}
            </ul>
          </More>
        )}
      </div>
    </>
  );
}

/** What is needed, against what there is: what goes beyond it is in the colour of a signal. */
function Bar({ advice: { needed, present, state, unit } }: { readonly advice: SizingAdvice }) {
  if (present === null || needed === null || present <= 0) return null;
  const most = Math.max(present, needed);
  return (
    <div className="sizing-bar" data-state={state}>
      <div aria-hidden="true">
        <i style={{ width: `${(Math.min(needed, present) / most) * 100}%` }} />
        {needed > present && <b style={{ width: `${((needed - present) / most) * 100}%` }} />}
      </div>
      <p>
        <span>needed {amountWords(needed, unit)}</span>
        <span>there {amountWords(present, unit)}</span>
      </p>
    </div>
  );
}

function NoSizing({ run }: { readonly run: RunOfPage }) {
  return (
    <NothingYet run={run} kind="sizing" icon="gauge" title="The machine has not been looked at yet" verb="Look at it">
      Memory, processors, disk and connections, by what was measured and by how tables grow.
    </NothingYet>
  );
}
