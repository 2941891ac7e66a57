// What was sent by a channel, newest first, and what was answered.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Delivery, DeliveryPage } from '../../../client/index.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Pager, useCursorPages } from '../../components/pager.tsx';
import { TableSkeleton } from '../../components/skeleton.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { deliveryWords } from './channel-words.ts';
import { deliveriesQuery } from './channels.ts';

export function DeliveryList({ channelId }: { readonly channelId: string }) {
  const pages = useCursorPages(channelId);
  const deliveries = useQuery({ ...deliveriesQuery(channelId, pages.cursor), placeholderData: keepPreviousData });
  return (
    <Loaded query={deliveries} skeleton={<TableSkeleton columns={4} rows={3} />}>
      {(page: DeliveryPage) =>
        page.deliveries.length === 0 ? (
          <p className="soft">Nothing was sent yet.</p>
        ) : (
          <>
            <DataTable label="Deliveries" columns={columns} rows={page.deliveries} rowKey={({ id }) => id} />
            <Pager pages={pages} nextCursor={page.nextCursor} />
          </>
        )
      }
    </Loaded>
  );
}

const columns: readonly Column<Delivery>[] = [
  {
    key: 'state',
    header: 'Outcome',
    isTight: true,
    cell: ({ state }) => <StatusWord tone={deliveryWords(state).tone}>{deliveryWords(state).label}</StatusWord>,
  },
  {
    key: 'about',
    header: 'About',
    isTight: true,
    isExtra: true,
    cell: ({ alertId }) => (alertId === null ? <span className="faint">a test</span> : 'an alert'),
  },
  { key: 'answer', header: 'What was answered', cell: ({ sentence }) => sentence },
  {
    key: 'attempts',
    header: 'Attempts',
    isNumber: true,
    isTight: true,
    isExtra: true,
    cell: ({ attempts }) => attempts,
  },
  { key: 'at', header: 'When', isTight: true, cell: ({ at }) => <Moment at={at} /> },
];
