// Who held connections at one moment.
import type { PoolHistoryPoint } from '../../client/index.ts';
import { Button } from '../components/button.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { countWords } from '../components/number-words.ts';

interface HoldersAtProps {
  readonly point: PoolHistoryPoint;
  readonly isNow: boolean;
  readonly onNow: () => void;
}

type Holder = PoolHistoryPoint['holders'][number];

export function HoldersAt({ point, isNow, onNow }: HoldersAtProps) {
  return (
    <section className="holders-at" aria-live="polite">
      <div className="holders-at-head">
        <h3>{isNow ? 'Who holds them now' : `Who held them at ${new Date(point.at).toLocaleTimeString('en-GB')}`}</h3>
        {!isNow && (
          <Button weight="quiet" onClick={onNow}>
            Back to now
          </Button>
        )}
      </div>
      {point.holders.length === 0 ? (
        <p className="soft">Nobody.</p>
      ) : (
        <DataTable
          label="Holders"
          columns={columns}
          rows={point.holders}
          rowKey={({ lane, route, statement }) => `${statement} ${route} ${lane}`}
        />
      )}
    </section>
  );
}

const columns: readonly Column<Holder>[] = [
  { key: 'statement', header: 'Statement', cell: (holder) => <code>{holder.statement}</code> },
  {
    key: 'route',
    header: 'For',
    isExtra: true,
    cell: (holder) => holder.route ?? <span className="faint">the server</span>,
  },
  { key: 'lane', header: 'Lane', isTight: true, cell: (holder) => holder.lane },
  { key: 'count', header: 'Connections', isNumber: true, isTight: true, cell: (holder) => countWords(holder.count) },
];
