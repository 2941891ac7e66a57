// The stored snapshots, and what between two of them flipped a plan.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SnapshotView } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { CurlLine } from '../../components/curl-line.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { say, sayProblem } from '../../components/notify.ts';
import { countWords } from '../../components/number-words.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { TableSkeleton } from '../../components/skeleton.tsx';
import { byteWords } from '../advice/advice-words.ts';
import { snapshotsQuery } from '../planner.ts';
import { PlannerOff } from '../planner-off.tsx';
import { BisectForm } from './bisect-form.tsx';
import '../planner.css';
import './snapshots.css';

export function SnapshotsScreen() {
  const snapshots = useQuery(snapshotsQuery());
  const cache = useQueryClient();
  const take = useMutation({
    mutationFn: () => api.planner.takeSnapshot(),
    onSuccess: () => say('A snapshot is taken.'),
    onError: sayProblem,
    onSettled: () => cache.invalidateQueries({ queryKey: snapshotsQuery().queryKey }),
  });
  const button = (isFirst: boolean) => (
    <Button weight={isFirst ? 'primary' : 'plain'} isBusy={take.isPending} onClick={() => take.mutate()}>
      {isFirst ? 'Take the first' : 'Take one now'}
    </Button>
  );
  return (
    <>
      <PageHeader title="Snapshots" actions={snapshots.data && snapshots.data.length > 0 && button(false)}>
        Schema, sizes and statistics, without a single row: what the planner twin is made of. One is kept each hour.
      </PageHeader>
      <PlannerOff />
      <Loaded query={snapshots} skeleton={<TableSkeleton columns={4} rows={6} />}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState
              icon="camera"
              title="No snapshot is stored yet"
              action={button(true)}
              command={<CurlLine method="POST" path="/v1/planner/snapshots" />}
            >
              It takes one short transaction that only reads.
            </EmptyState>
          ) : (
            <div className="planner-page">
              <BisectForm snapshots={all} />
              <section className="section">
                <h2>Stored</h2>
                <DataTable label="Snapshots" columns={columns} rows={all} rowKey={({ id }) => id} />
              </section>
            </div>
          )
        }
      </Loaded>
    </>
  );
}

const columns: readonly Column<SnapshotView>[] = [
  { key: 'at', header: 'Taken', isTight: true, cell: ({ takenAt }) => <Moment at={takenAt} /> },
  { key: 'why', header: 'Why', cell: ({ reason }) => <Sentence text={reason} /> },
  {
    key: 'tables',
    header: 'Tables',
    isNumber: true,
    isTight: true,
    isExtra: true,
    cell: ({ relations }) => countWords(relations),
  },
  {
    key: 'indexes',
    header: 'Indexes',
    isNumber: true,
    isTight: true,
    isExtra: true,
    cell: ({ indexes }) => countWords(indexes),
  },
  {
    key: 'gaps',
    header: <span title="What could not be taken">Gaps</span>,
    isNumber: true,
    isTight: true,
    isExtra: true,
    cell: ({ gaps }) => (gaps === 0 ? <span className="faint">0</span> : countWords(gaps)),
  },
  { key: 'size', header: 'Stored', isNumber: true, isTight: true, cell: ({ storedBytes }) => byteWords(storedBytes) },
];
