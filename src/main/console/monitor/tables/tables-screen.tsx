// Tables and indexes: how large, how used, and what is the matter with them.
import { PageHeader } from '../../components/page-header.tsx';

export function TablesScreen() {
  return <PageHeader title="Tables">How large, how used, and what is the matter with them.</PageHeader>;
}
