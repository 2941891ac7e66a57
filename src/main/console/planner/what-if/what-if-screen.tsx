// The playground: any statement planned in the twin, as it is and with indexes that are not there. Nothing is executed.
import { useMutation } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import type { WhatIf } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { CurlLine } from '../../components/curl-line.tsx';
import { TextArea, TextField } from '../../components/field.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { More } from '../more.tsx';
import { PlannerOff } from '../planner-off.tsx';
import { keepDraft, keptDraft, parameterCount, type WhatIfDraft } from './draft.ts';
import { requestOf } from './what-if-request.ts';
import { WhatIfResult } from './what-if-result.tsx';
import '../planner.css';
import './what-if.css';

export function WhatIfScreen() {
  const [draft, setDraft] = useState<WhatIfDraft>(keptDraft);
  const tried = useMutation({ mutationFn: () => api.planner.whatIf(requestOf(draft)) });
  const change = (part: Partial<WhatIfDraft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    keepDraft(next);
  };
  const plan = () => draft.text.trim() !== '' && !tried.isPending && tried.mutate();
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    plan();
  };
  return (
    <>
      <PageHeader title="What if">
        A statement as Postgres would plan it, today and with indexes that are not there. It is tried in the planner
        twin: nothing is executed, and nothing is made.
      </PageHeader>
      <PlannerOff />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Ctrl and Enter in any of its fields do what its button does */}
      <div className="what-if" onKeyDown={press}>
        <TextArea
          label="Statement"
          rows={6}
          spellCheck={false}
          autoCapitalize="none"
          className="field-input field-area what-if-sql"
          placeholder="select … from … where owner_id = $1 order by created_at desc limit 20"
          value={draft.text}
          onChange={(event) => change({ text: event.target.value })}
        />
        <Parameters draft={draft} types={tried.data?.parameterTypes ?? []} onChange={change} />
        <Indexes draft={draft} onChange={change} />
        <div className="what-if-actions">
          <Button weight="primary" disabled={draft.text.trim() === ''} isBusy={tried.isPending} onClick={plan}>
            Plan it
          </Button>
          <span className="faint small">Ctrl and Enter do the same.</span>
        </div>
      </div>
      {tried.isError && <ProblemNotice error={tried.error} />}
      {tried.data && <Result whatIf={tried.data} draft={draft} />}
    </>
  );
}

function Result({ draft, whatIf }: { readonly draft: WhatIfDraft; readonly whatIf: WhatIf }) {
  return (
    <>
      <WhatIfResult whatIf={whatIf} />
      <More title="The same from a terminal">
        <CurlLine method="POST" path="/v1/planner/what-if" body={requestOf(draft)} />
      </More>
    </>
  );
}

interface PartProps {
  readonly draft: WhatIfDraft;
  readonly onChange: (part: Partial<WhatIfDraft>) => void;
}

/** A field for each $n of the text. All empty: planned for any values. */
function Parameters({ draft, onChange, types }: PartProps & { readonly types: readonly string[] }) {
  const count = parameterCount(draft.text);
  if (count === 0) return null;
  const set = (at: number, value: string) =>
    onChange({
      params: Array.from({ length: count }, (_, index) => (index === at ? value : (draft.params[index] ?? ''))),
    });
  return (
    <fieldset className="what-if-params">
      <legend>
        Values <span className="faint">all of them, or none for a plan that must fit any</span>
      </legend>
      <div>
        {Array.from({ length: count }, (_, index) => (
          <TextField
            key={index}
            label={types[index] ? `$${index + 1}, ${types[index]}` : `$${index + 1}`}
            value={draft.params[index] ?? ''}
            spellCheck={false}
            autoCapitalize="none"
            onChange={(event) => set(index, event.target.value)}
          />
        ))}
      </div>
    </fieldset>
  );
}

const MOST_INDEXES = 10;

function Indexes({ draft, onChange }: PartProps) {
  const { indexes } = draft;
  const set = (at: number, value: string) =>
    onChange({ indexes: indexes.map((ddl, index) => (index === at ? value : ddl)) });
  return (
    <fieldset className="what-if-indexes">
      <legend>Indexes to try</legend>
      {indexes.map((ddl, index) => (
        <div key={index} className="what-if-index">
          <TextField
            label={`Index ${index + 1}`}
            isLabelHidden
            placeholder="create index on orders (owner_id, created_at desc)"
            spellCheck={false}
            autoCapitalize="none"
            className="field-input what-if-sql"
            value={ddl}
            onChange={(event) => set(index, event.target.value)}
          />
          <IconButton
            icon="close"
            label={`Leave index ${index + 1} out`}
            onClick={() => onChange({ indexes: indexes.filter((_, other) => other !== index) })}
          />
        </div>
      ))}
      {indexes.length < MOST_INDEXES && (
        <Button icon="plus" weight="quiet" onClick={() => onChange({ indexes: [...indexes, ''] })}>
          Add an index
        </Button>
      )}
    </fieldset>
  );
}
