// What is watched, from where on it speaks, what it has learnt, and the operator's own rules.
import { useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import type { AlertRule } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { TabLinks } from '../../components/tab-links.tsx';
import { alertLinks } from './alert-links.ts';
import { AlertRuleItem } from './alert-rule-item.tsx';
import { AlertRuleModal } from './alert-rule-modal.tsx';
import { alertRulesQuery } from './alerts.ts';
import { arrangeRules } from './arrange-rules.ts';
import './alert-rules.css';

export function AlertRulesScreen() {
  const rules = useQuery(alertRulesQuery());
  const [search, setSearch] = useState('');
  const [editing, setEditing] = useState<AlertRule | 'new' | null>(null);
  return (
    <>
      <PageHeader
        title="Alert rules"
        actions={
          <Button icon="plus" onClick={() => setEditing('new')}>
            A rule of your own
          </Button>
        }
      >
        What is watched, and from where on somebody is told. Most are held against what is usual at that hour, and stay
        silent unless users are hurt or about to be.
      </PageHeader>
      <TabLinks label="Alerts" links={alertLinks} />
      <div className="section">
        <div className="toolbar">
          <SearchField label="Search rules" value={search} onSearch={setSearch} />
        </div>
        <Loaded query={rules} skeleton={<LinesSkeleton lines={8} />}>
          {(list: { readonly rules: readonly AlertRule[] }) => (
            <Rules rules={arrangeRules(list.rules, search)} onEdit={setEditing} />
          )}
        </Loaded>
      </div>
      <AlertRuleModal editing={editing} onClose={() => setEditing(null)} />
    </>
  );
}

interface RulesProps {
  readonly rules: readonly AlertRule[];
  readonly onEdit: (rule: AlertRule) => void;
}

function Rules({ rules, onEdit }: RulesProps) {
  const pointed = useRouterState({ select: (state) => state.location.hash });
  if (rules.length === 0) {
    return (
      <EmptyState icon="search" title="No rule matches">
        The search looks at names and at what is watched.
      </EmptyState>
    );
  }
  return (
    <ul className="alert-rules">
      {rules.map((rule) => (
        <AlertRuleItem key={rule.id} rule={rule} isPointedAt={rule.id === pointed} onEdit={() => onEdit(rule)} />
      ))}
    </ul>
  );
}
