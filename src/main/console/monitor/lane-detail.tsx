// One lane in words: what it is for, what it has, who holds it now and what runs in it.
import type { LaneSnapshot, LeaseView, StatementView } from '../../client/index.ts';
import { IconButton } from '../components/button.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { countWords, millisecondsWords } from '../components/number-words.ts';
import { LinesSkeleton } from '../components/skeleton.tsx';
import { describeLane, laneSentences } from '../well/words.ts';

interface LaneDetailProps {
  readonly lane: LaneSnapshot;
  /** Undefined while they are asked for. */
  readonly leases: readonly LeaseView[] | undefined;
  readonly statements: readonly StatementView[] | undefined;
  readonly onClose: () => void;
}

/** More than these are in the statements' own page. */
const STATEMENTS_SHOWN = 5;

export function LaneDetail({ lane, leases, statements, onClose }: LaneDetailProps) {
  const words = describeLane(lane.name);
  return (
    <section className="lane-detail" aria-label={`Lane ${words.title}`}>
      <div className="section-head">
        <h2>{words.title}</h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </div>
      <div className="lane-detail-columns">
        <div className="lane-detail-words">
          <p>{words.purpose}</p>
          <p className="soft">{laneSentences(lane).join(' ')}</p>
          <p className="faint small">
            {countWords(lane.acquiredTotal)} leases and {countWords(lane.refusedTotal)} refusals since the start.
          </p>
        </div>
        <div className="lane-detail-holders">
          <h3>Who holds it now</h3>
          <Leases leases={leases} />
          <h3>What runs in it most</h3>
          <BusiestStatements statements={statements} />
        </div>
      </div>
    </section>
  );
}

function Leases({ leases }: Pick<LaneDetailProps, 'leases'>) {
  if (leases === undefined) return <LinesSkeleton lines={2} />;
  if (leases.length === 0) return <p className="soft">Nobody at this moment.</p>;
  return <DataTable label="Leases" columns={leaseColumns} rows={leases} rowKey={(lease) => String(lease.pid)} />;
}

function BusiestStatements({ statements }: Pick<LaneDetailProps, 'statements'>) {
  if (statements === undefined) return <LinesSkeleton lines={2} />;
  const busiest = statements
    .filter((statement) => statement.calls > 0)
    .toSorted((one, other) => other.totalMs - one.totalMs)
    .slice(0, STATEMENTS_SHOWN);
  if (busiest.length === 0) return <p className="soft">Nothing has run here since the start.</p>;
  return (
    <DataTable label="Statements" columns={busiestColumns} rows={busiest} rowKey={(statement) => statement.name} />
  );
}

const leaseColumns: readonly Column<LeaseView>[] = [
  { key: 'statement', header: 'Statement', cell: (lease) => <code>{lease.statement}</code> },
  {
    key: 'route',
    header: 'For',
    isExtra: true,
    cell: (lease) => lease.route ?? <span className="faint">the server</span>,
  },
  {
    key: 'held',
    header: 'Held, ms',
    isNumber: true,
    isTight: true,
    cell: (lease) => countWords(Math.round(lease.heldMs)),
  },
];

const busiestColumns: readonly Column<StatementView>[] = [
  { key: 'name', header: 'Statement', cell: (statement) => <code>{statement.name}</code> },
  { key: 'calls', header: 'Calls', isNumber: true, isTight: true, cell: (statement) => countWords(statement.calls) },
  {
    key: 'mean',
    header: 'Mean, ms',
    isNumber: true,
    isTight: true,
    cell: (statement) => millisecondsWords(statement.meanMs),
  },
];
