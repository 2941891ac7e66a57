// What statements cost over a span, against another.
import { PageHeader } from '../components/page-header.tsx';

export function QueriesScreen() {
  return <PageHeader title="Queries">What statements cost over a span, against another.</PageHeader>;
}
