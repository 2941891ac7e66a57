// What the pages of tables and of indexes have alike: their head, and the word on what is not listed.
import { Moment } from '../../components/moment.tsx';
import { countWords } from '../../components/number-words.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { type TabLink, TabLinks } from '../../components/tab-links.tsx';
import '../statement-list.css';
import './tables.css';

const links: readonly TabLink[] = [
  { to: '/tables', label: 'Tables' },
  { to: '/tables/indexes', label: 'Indexes' },
];

interface TablesHeadProps {
  readonly title: string;
  /** When Postgres was asked last. */
  readonly at: string | null | undefined;
}

export function TablesHead({ at, title }: TablesHeadProps) {
  return (
    <>
      <PageHeader title={title}>
        Sizes and counts as Postgres estimates them; rates are of the last day.
        {at && (
          <>
            {' '}
            Asked <Moment at={at} isShort />.
          </>
        )}
      </PageHeader>
      <TabLinks label="Tables and indexes" links={links} />
    </>
  );
}

export function LeftOut({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return <p className="faint small">{countWords(count)} smaller ones are not listed.</p>;
}
