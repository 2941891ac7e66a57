// Which span is looked at, and which it is compared with.
import type { Deploy } from '../../../client/index.ts';
import { SelectField } from '../../components/field.tsx';
import { chosenOf } from './queries.ts';
import { type Against, againstOptions, type QueriesSearch, spanOptions } from './query-spans.ts';

interface SpanChoiceProps {
  readonly search: QueriesSearch;
  readonly deploys: readonly Deploy[];
  readonly onChange: (part: QueriesSearch) => void;
}

export function SpanChoice({ deploys, onChange, search }: SpanChoiceProps) {
  const { against, span } = chosenOf(search);
  return (
    <>
      <SelectField
        label="Span"
        isLabelHidden
        options={spanOptions(deploys, Date.now())}
        value={span}
        onChange={(event) => onChange({ span: event.target.value })}
      />
      <SelectField
        label="Compare"
        isLabelHidden
        options={againstOptions}
        value={against}
        onChange={(event) => onChange({ against: event.target.value as Against })}
      />
    </>
  );
}
