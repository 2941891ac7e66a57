// Under a page's title: how old what it shows is, and how far the work is that renews it.
import type { Run } from '../../client/index.ts';
import { Button } from '../components/button.tsx';
import { Moment } from '../components/moment.tsx';
import { Notice } from '../components/notice.tsx';
import { Sentence } from '../components/sentence.tsx';
import { PlannerOff } from './planner-off.tsx';
import type { RunOfPage } from './use-run.ts';
import './run-line.css';

interface RunLineProps {
  readonly run: RunOfPage;
  /** The run that the page's report is of. */
  readonly shown: Run | null | undefined;
}

export function RunLine({ run, shown }: RunLineProps) {
  const { current, failed } = run;
  return (
    <>
      <PlannerOff />
      {current ? <Progress run={current} onCancel={run.cancel} /> : <Failed run={failed} shown={shown} />}
    </>
  );
}

function Failed({ run: failed, shown }: { readonly run: Run | null; readonly shown: Run | null | undefined }) {
  if (failed === null || failed.id === shown?.id) return null;
  return (
    <Notice tone="warn" title="The last run came to nothing">
      <Sentence text={failed.sentence} /> <Moment at={failed.endedAt ?? failed.askedAt} isShort />
    </Notice>
  );
}

function Progress({ onCancel, run }: { readonly run: Run; readonly onCancel: () => void }) {
  const { progress, sentence, state } = run;
  const share = progress && progress.total > 0 ? progress.done / progress.total : null;
  return (
    <div className="run-progress" role="status">
      <div className="run-progress-words">
        <p>
          <Sentence text={state === 'waiting' ? 'It waits for its turn.' : sentence} />
          {progress && progress.total > 0 && (
            <span className="faint">
              {' '}
              {progress.done} of {progress.total}
            </span>
          )}
        </p>
        <progress aria-label="How far it is" max={1} {...(share === null ? {} : { value: share })} />
      </div>
      <Button onClick={onCancel}>Stop it</Button>
    </div>
  );
}

/** "As of the statistics of 3 min ago." */
export function TakenAt({ at }: { readonly at: string | null | undefined }) {
  if (!at) return null;
  return (
    <>
      {' '}
      Statistics of <Moment at={at} isShort />.
    </>
  );
}
