// The deploys that stand on every chart and timeline, and the line that tells of the next one.
import { useQuery } from '@tanstack/react-query';
import type { Deploy } from '../../../client/index.ts';
import { CurlLine } from '../../components/curl-line.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { deploysQuery } from './incidents.ts';

export function DeployList() {
  const { data } = useQuery(deploysQuery());
  if (!data) return null;
  return (
    <section className="section">
      <h2>Deploys</h2>
      <p className="soft">
        They stand on every chart and timeline. A new version of this server is noticed by itself; your pipeline tells
        of the others:
      </p>
      <CurlLine
        method="POST"
        path="/v1/monitor/deploys"
        body={{ version: '2026.11.2', about: 'New search on orders' }}
      />
      {data.deploys.length > 0 && (
        <DataTable label="Deploys" columns={columns} rows={data.deploys} rowKey={({ id }) => id} />
      )}
    </section>
  );
}

const columns: readonly Column<Deploy>[] = [
  { key: 'version', header: 'Version', isTight: true, cell: ({ version }) => <code>{version}</code> },
  { key: 'about', header: 'About', cell: ({ about }) => about },
  { key: 'at', header: 'When', isTight: true, cell: ({ at }) => <Moment at={at} /> },
];
