// Statements that are held back at this moment, by whom and until when; lifting one can be taken back.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { StatementCap } from '../../../client/index.ts';
import { Writer } from '../../accounts/writer.tsx';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { sayProblem, sayWithUndo } from '../../components/notify.ts';
import { capsQuery } from './incidents.ts';

export function CapList() {
  const { data } = useQuery(capsQuery());
  const lift = useLift();
  if (!data || data.length === 0) return null;
  return (
    <section className="section">
      <h2>Statements held back</h2>
      <DataTable label="Statements held back" columns={columnsWith(lift)} rows={data} rowKey={({ id }) => id} />
    </section>
  );
}

function useLift(): (cap: StatementCap) => void {
  const cache = useQueryClient();
  const renew = () => cache.invalidateQueries({ queryKey: capsQuery().queryKey });
  const again = useMutation({
    mutationFn: ({ max, reason, statement, until }: StatementCap) =>
      api.monitor.capStatement({ statement, max, reason, minutes: minutesUntil(until) }),
    onError: sayProblem,
    onSettled: renew,
  });
  const lift = useMutation({
    mutationFn: (cap: StatementCap) => api.monitor.liftCap(cap.id),
    onSuccess: (_nothing, cap) => sayWithUndo(`${cap.statement} may run freely.`, () => again.mutate(cap)),
    onError: sayProblem,
    onSettled: renew,
  });
  return lift.mutate;
}

/** What is left of it, in the whole minutes that the server takes. */
function minutesUntil(until: string): number {
  return Math.max(1, Math.ceil((Date.parse(until) - Date.now()) / 60_000));
}

function columnsWith(lift: (cap: StatementCap) => void): readonly Column<StatementCap>[] {
  return [
    {
      key: 'statement',
      header: 'Statement',
      cell: ({ reason, statement }) => (
        <div className="cap-statement">
          <code>{statement}</code>
          <span className="faint small">{reason}</span>
        </div>
      ),
    },
    {
      key: 'max',
      header: 'At once',
      isNumber: true,
      isTight: true,
      cell: ({ max }) => (max === 0 ? 'refused' : `${max} at most`),
    },
    { key: 'until', header: 'Until', isTight: true, isExtra: true, cell: ({ until }) => <Moment at={until} /> },
    { key: 'by', header: 'By', isTight: true, isExtra: true, cell: ({ by }) => <Writer by={by} /> },
    {
      key: 'lift',
      header: <span className="only-for-screen-readers">Lift</span>,
      isTight: true,
      cell: (cap) => (
        <Button weight="quiet" onClick={() => lift(cap)}>
          Lift
        </Button>
      ),
    },
  ];
}
