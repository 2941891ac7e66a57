// Which indexes to create and which to drop, each proven in the twin over all statements; and the button that does it.
import { useQuery } from '@tanstack/react-query';
import type { AdviceItem, AdvicePage } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { countWords, plural } from '../../components/number-words.ts';
import { Sentence } from '../../components/sentence.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { Gaps, More } from '../more.tsx';
import { NothingYet } from '../nothing-yet.tsx';
import { adviceQuery } from '../planner.ts';
import { RunLine, TakenAt } from '../run-line.tsx';
import { type RunOfPage, useRun } from '../use-run.ts';
import { AdviceHead } from './advice-head.tsx';
import { AdviceItemView } from './advice-item.tsx';
import { byteWords, isCreate, isOpen } from './advice-words.ts';
import { ClosedAdvice } from './closed-advice.tsx';
import { CutBar } from './cut-bar.tsx';

export function AdviceScreen() {
  const advice = useQuery(adviceQuery());
  const run = useRun('advice');
  const hasReport = advice.data?.report != null;
  return (
    <>
      <AdviceHead
        title="Index advice"
        actions={
          hasReport && (
            <Button isBusy={run.isAsking || run.current !== null} onClick={run.start}>
              Look again
            </Button>
          )
        }
      >
        Each is tried in the planner twin over every statement before it is advised.
        <TakenAt at={advice.data?.report?.takenAt} />
      </AdviceHead>
      <RunLine run={run} shown={advice.data?.run} />
      <Loaded query={advice} skeleton={<LinesSkeleton lines={8} />}>
        {(page: AdvicePage) => (page.report || page.items.length > 0 ? <Advice page={page} /> : <NoAdvice run={run} />)}
      </Loaded>
    </>
  );
}

function Advice({ page: { items, report, run } }: { readonly page: AdvicePage }) {
  const open = items.filter(isOpen);
  const toCreate = open.filter(({ advice }) => isCreate(advice));
  const toDrop = open.filter(({ advice }) => !isCreate(advice));
  return (
    <div className="planner-page">
      {report && (
        <div className="advice-lead">
          <p className="planner-lead">
            <Sentence text={report.sentence} />
          </p>
          <CutBar items={toCreate} />
          <DecidedSince items={items} since={run?.endedAt ?? null} />
        </div>
      )}
      {open.length === 0 && (
        <EmptyState icon="check" title="Nothing to create, nothing to drop">
          No index would pay for what it costs, and none is there in vain.
        </EmptyState>
      )}
      <AdviceList title="Create" items={toCreate} />
      <AdviceList title="Drop" items={toDrop.filter((item) => !isDoubtful(item))} />
      <Doubtful items={toDrop.filter(isDoubtful)} />
      <ClosedAdvice items={items.filter((item) => !isOpen(item))} />
      {report && <Basis report={report} />}
    </div>
  );
}

/** What is advised is of before it: what is left to gain is known after another look. */
function DecidedSince({ items, since }: { readonly items: readonly AdviceItem[]; readonly since: string | null }) {
  const decided = items.filter(({ changedAt, state }) => state === 'done' && since !== null && changedAt > since);
  if (decided.length === 0) return null;
  return (
    <p className="soft">
      {plural(decided.length, 'piece has', 'pieces have')} been followed since. “Look again” says what is left to gain.
    </p>
  );
}

function AdviceList({ items, title }: { readonly title: string; readonly items: readonly AdviceItem[] }) {
  if (items.length === 0) return null;
  return (
    <section className="section">
      <h2>{title}</h2>
      <ol className="advice-list">
        {items.map((item) => (
          <li key={item.id} className="advice">
            <AdviceItemView item={item} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Offered, but not sure enough to be asked of anybody. */
function isDoubtful({ advice, state }: AdviceItem): boolean {
  return state === 'offered' && !isCreate(advice) && advice.confidence.level === 'low';
}

function Doubtful({ items }: { readonly items: readonly AdviceItem[] }) {
  if (items.length === 0) return null;
  return (
    <More title={`${plural(items.length, 'index', 'indexes')} may be unneeded, which is not sure`}>
      <ol className="advice-list">
        {items.map((item) => (
          <li key={item.id} className="advice">
            <AdviceItemView item={item} />
          </li>
        ))}
      </ol>
    </More>
  );
}

/** How it was come by, for who asks. */
function Basis({ report }: { readonly report: NonNullable<AdvicePage['report']> }) {
  const { budget, engine, gaps, search, serverVersion, workload } = report;
  const limit = budget.bytes === null ? '' : ` They may take ${byteWords(budget.bytes)} together.`;
  return (
    <div className="planner-leftover">
      <More title="How it was found">
        <p className="more-list">
          {countWords(search.candidates)} candidates were tried in {countWords(search.configurations)} combinations, by{' '}
          {countWords(search.plans)} plans of {plural(workload.planned, 'statement', 'statements')}. The plans are those
          of Postgres {engine.version}; the database is {serverVersion}.{limit}
          {!search.isComplete && ' Its time ended first: what stands here is right, and there may be more.'}
        </p>
      </More>
      {workload.notPlanned.length > 0 && (
        <More title={`${plural(workload.notPlanned.length, 'statement', 'statements')} left out`}>
          <ul className="more-list">
            {workload.notPlanned.map(({ sentence, statement }) => (
              <li key={statement}>
                <code>{statement}</code> <Sentence text={sentence} />
              </li>
            ))}
          </ul>
        </More>
      )}
      <Gaps gaps={gaps} />
    </div>
  );
}

function NoAdvice({ run }: { readonly run: RunOfPage }) {
  return (
    <NothingYet run={run} kind="advice" icon="sorted" title="No advice yet" verb="Look for indexes">
      Every statement is planned with indexes that are not there, until no further one would pay for its writes. Those
      that no plan needs are found the same way. Production is only read.
    </NothingYet>
  );
}
