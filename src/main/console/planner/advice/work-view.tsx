// An index being made or dropped: what Postgres is at, and how far.
import type { IndexWork } from '../../../client/index.ts';
import { Writer } from '../../accounts/writer.tsx';
import { Moment } from '../../components/moment.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { percentWords } from '../plan/plan-words.ts';
import '../run-line.css';

const titles: Record<IndexWork['state'], { readonly tone: 'plain' | 'good' | 'warn' | 'bad'; readonly title: string }> =
  {
    running: { tone: 'plain', title: 'Under way' },
    done: { tone: 'good', title: 'Done' },
    failed: { tone: 'bad', title: 'Failed' },
    cancelled: { tone: 'warn', title: 'Stopped' },
  };

export function WorkView({ work }: { readonly work: IndexWork }) {
  const { attempt, endedAt, phase, sentence, share, startedAt, state } = work;
  const { title, tone } = titles[state];
  const isRunning = state === 'running';
  return (
    <div className="work" data-state={state} role="status">
      <p className="work-state">
        <StatusWord tone={tone}>{isRunning && work.kind === 'drop' ? 'Being dropped' : title}</StatusWord>
        {isRunning && (
          <span className="soft">
            {phase}
            {share !== null && `, ${percentWords(share)}`}
            {attempt > 1 && `, attempt ${attempt}`}
          </span>
        )}
        <span className="faint small">
          <Moment at={endedAt ?? startedAt} isShort />
          {work.by && (
            <>
              {' '}
              by <Writer by={work.by} />
            </>
          )}
        </span>
      </p>
      {isRunning && (
        <progress aria-label={`Progress of ${work.index}`} max={1} {...(share === null ? {} : { value: share })} />
      )}
      <p className="soft">
        <Sentence text={sentence} />
      </p>
    </div>
  );
}
