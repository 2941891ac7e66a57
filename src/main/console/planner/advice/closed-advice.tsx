// Advice that has been followed or declined, with the way back.
import type { AdviceItem } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { indexWords, isCreate, stateWords } from './advice-words.ts';
import { useAdvice } from './use-advice.ts';

export function ClosedAdvice({ items }: { readonly items: readonly AdviceItem[] }) {
  if (items.length === 0) return null;
  return (
    <section className="section">
      <h2>Decided</h2>
      <DataTable label="Decided advice" columns={columns} rows={items} rowKey={({ id }) => id} />
    </section>
  );
}

const columns: readonly Column<AdviceItem>[] = [
  {
    key: 'index',
    header: 'Index',
    cell: ({ advice }) => (
      <div className="advice-closed">
        <code>{isCreate(advice) ? indexWords(advice.index) : advice.index.name}</code>
        <span className="faint small">{isCreate(advice) ? 'to create' : 'to drop'}</span>
      </div>
    ),
  },
  {
    key: 'state',
    header: 'What became of it',
    isTight: true,
    cell: ({ reason, state }) => (
      <span title={reason ?? undefined}>
        <StatusWord tone={stateWords(state).tone}>{stateWords(state).title}</StatusWord>
      </span>
    ),
  },
  {
    key: 'at',
    header: 'When',
    isTight: true,
    isExtra: true,
    cell: ({ changedAt }) => <Moment at={changedAt} isShort />,
  },
  {
    key: 'back',
    header: <span className="only-for-screen-readers">The way back</span>,
    isTight: true,
    cell: (item) => <Back item={item} />,
  },
];

function Back({ item }: { readonly item: AdviceItem }) {
  const { offer, undo } = useAdvice(item);
  if (item.state === 'declined') {
    return (
      <Button weight="quiet" isBusy={offer.isPending} onClick={() => offer.mutate()}>
        Offer again
      </Button>
    );
  }
  if (item.state !== 'done' || !item.work?.canUndo) return null;
  return (
    <Button weight="quiet" isBusy={undo.isPending} onClick={undo.run}>
      Take it back
    </Button>
  );
}
