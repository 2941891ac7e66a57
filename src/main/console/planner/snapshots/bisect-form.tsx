// Asks which change between two snapshots flipped the plan of a statement.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import type { SnapshotView } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { absoluteTime } from '../../components/time-words.ts';
import { reviewQuery } from '../planner.ts';
import { BisectionView } from './bisection-view.tsx';
import { spanAround } from './snapshot-span.ts';

/** To the second: two may be of one minute. */
function snapshotLabel(takenAt: string): string {
  const seconds = takenAt.slice(17, 19);
  return `${absoluteTime(takenAt, Date.now())}:${seconds}`;
}

export function BisectForm({ snapshots }: { readonly snapshots: readonly SnapshotView[] }) {
  const search = useSearch({ from: '/frame/planner/snapshots' });
  const [statement, setStatement] = useState(search.statement ?? '');
  const [span, setSpan] = useState(() => spanAround(snapshots, search.at ?? null));
  const names = useQuery({ ...reviewQuery(), enabled: snapshots.length > 1 });
  const listId = useId();
  const bisect = useMutation({
    mutationFn: () => api.planner.bisect({ statement: statement.trim(), ...span }),
  });
  if (snapshots.length < 2) {
    return (
      <p className="soft">
        From the second snapshot on, one can ask here which change between two of them flipped a plan.
      </p>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (statement.trim() !== '') bisect.mutate();
  };
  const options = snapshots.map(({ id, takenAt }) => ({ value: id, label: snapshotLabel(takenAt) }));
  return (
    <section className="section">
      <h2>Why did a plan change?</h2>
      <form className="bisect-form" onSubmit={submit}>
        <TextField
          label="Statement"
          placeholder="orders.list, or its SQL"
          value={statement}
          list={listId}
          spellCheck={false}
          autoCapitalize="none"
          onChange={(event) => setStatement(event.target.value)}
        />
        <datalist id={listId}>
          {(names.data?.statements ?? []).map(({ id, name }) => (
            <option key={id} value={name} />
          ))}
        </datalist>
        <SelectField
          label="It was well at"
          options={options}
          value={span.from}
          onChange={(event) => setSpan({ ...span, from: event.target.value })}
        />
        <SelectField
          label="And is not at"
          options={options}
          value={span.to}
          onChange={(event) => setSpan({ ...span, to: event.target.value })}
        />
        <Button weight="primary" type="submit" disabled={statement.trim() === ''} isBusy={bisect.isPending}>
          Find the change
        </Button>
      </form>
      {bisect.isError && <ProblemNotice error={bisect.error} />}
      {bisect.data && <BisectionView bisection={bisect.data} />}
    </section>
  );
}
