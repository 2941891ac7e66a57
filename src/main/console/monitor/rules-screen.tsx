// The rules that may end a statement or a session: what each would have hit, and who gave it leave to act.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Rule, RuleList } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { Choice } from '../components/choice.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { Notice } from '../components/notice.tsx';
import { say } from '../components/notify.ts';
import { plural } from '../components/number-words.ts';
import { PageHeader } from '../components/page-header.tsx';
import { LinesSkeleton } from '../components/skeleton.tsx';
import { RehearsalPanel } from './rehearsal-panel.tsx';
import { conditionWords } from './rule-words.ts';
import { rulesKey, rulesQuery } from './rules.ts';
import './rules.css';

export function RulesScreen() {
  const rules = useQuery(rulesQuery());
  return (
    <>
      <PageHeader title="Rules">
        When a statement or a session may be ended without you. Each condition of a rule must hold; one victim at a
        time; backups, replication, vacuum and the like are never touched.
      </PageHeader>
      <Loaded query={rules} skeleton={<LinesSkeleton lines={6} />}>
        {(list: RuleList) => (
          <>
            {list.paused && <Paused reason={list.paused.reason} />}
            <ul className="rules">
              {list.rules.map((rule) => (
                <RuleItem key={rule.id} rule={rule} />
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </>
  );
}

function Paused({ reason }: { readonly reason: string }) {
  const cache = useQueryClient();
  const resume = useMutation({
    mutationFn: () => api.monitor.resumeRules(),
    onSuccess: () => cache.invalidateQueries({ queryKey: rulesKey() }),
  });
  return (
    <Notice tone="warn" title="The rules have stopped acting">
      <p>{reason}</p>
      <Button isBusy={resume.isPending} onClick={() => resume.mutate()}>
        Let them act again
      </Button>
    </Notice>
  );
}

const modes = [
  { value: 'off', label: 'Off', means: 'It is not looked at.' },
  { value: 'warn', label: 'Warn', means: 'What it would end is noted in the journal.' },
  { value: 'enforce', label: 'Enforce', means: 'It ends what it matches.' },
] as const;

function RuleItem({ rule }: { readonly rule: Rule }) {
  const cache = useQueryClient();
  const [isRehearsing, setRehearsing] = useState(false);
  const change = useMutation({
    mutationFn: (mode: Rule['mode']) => api.monitor.changeRule(rule.id, { mode }),
    onSuccess: async (_answer, mode) => {
      setRehearsing(false);
      say(`${rule.name}: ${mode}.`);
      await cache.invalidateQueries({ queryKey: rulesKey() });
    },
  });
  // Nothing is let loose before one has seen whom it would have hit.
  const choose = (mode: Rule['mode']) => (mode === 'enforce' ? setRehearsing(true) : change.mutate(mode));
  return (
    <li className="rule">
      <div className="rule-head">
        <div className="rule-words">
          <h2>{rule.name}</h2>
          <p className="soft">{conditionWords(rule)}</p>
          {rule.fault && <p className="rule-fault">{rule.fault}</p>}
          <p className="small faint">
            {plural(rule.hits24h, 'hit', 'hits')} in 24 hours
            {rule.lastHitAt && (
              <>
                , the last <Moment at={rule.lastHitAt} isShort />
              </>
            )}
          </p>
        </div>
        <Choice label={`Mode of ${rule.name}`} options={modes} value={rule.mode} onChoose={choose} />
      </div>
      <Button weight="quiet" aria-expanded={isRehearsing} onClick={() => setRehearsing(!isRehearsing)}>
        {isRehearsing ? 'Close' : 'Whom would it have hit?'}
      </Button>
      {isRehearsing && (
        <RehearsalPanel
          rule={rule}
          isBusy={change.isPending}
          error={change.error}
          onEnforce={() => change.mutate('enforce')}
        />
      )}
    </li>
  );
}
