// One field being written: its name, its type, and what is promised about it.

import type { FieldType } from '../../client/index.ts';
import { IconButton } from '../components/button.tsx';
import { CheckField, SelectField, TextField } from '../components/field.tsx';
import { canBeIndexed, type FieldDraft, fieldTypeOptions } from './field-draft.ts';
import './field-editor.css';

interface FieldEditorProps {
  readonly draft: FieldDraft;
  readonly fault: string | null;
  /** The collections a reference can be to. */
  readonly targets: readonly string[];
  readonly onChange: (draft: FieldDraft) => void;
  readonly onRemove?: () => void;
}

export function FieldEditor({ draft, fault, targets, onChange, onRemove }: FieldEditorProps) {
  const isReference = draft.type === 'reference';
  return (
    <div className="field-editor">
      <TextField
        label="Name"
        value={draft.name}
        fault={fault}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder="title"
        onChange={(event) => onChange({ ...draft, name: event.target.value })}
      />
      <SelectField
        label="Type"
        options={fieldTypeOptions}
        value={draft.type}
        onChange={(event) => onChange({ ...draft, type: event.target.value as FieldType })}
      />
      {isReference && (
        <SelectField
          label="To"
          options={[
            { value: '', label: 'a collection' },
            ...targets.map((target) => ({ value: target, label: target })),
          ]}
          value={draft.target}
          onChange={(event) => onChange({ ...draft, target: event.target.value })}
        />
      )}
      <div className="field-editor-marks">
        <CheckField
          label="required"
          checked={draft.isRequired}
          onChange={(event) => onChange({ ...draft, isRequired: event.target.checked })}
        />
        <CheckField
          label="indexed"
          title="Lists can be sorted and filtered by it. A reference always is; json never."
          checked={isReference || (draft.isIndexed && canBeIndexed(draft.type))}
          disabled={isReference || !canBeIndexed(draft.type)}
          onChange={(event) => onChange({ ...draft, isIndexed: event.target.checked })}
        />
        {onRemove && <IconButton icon="close" label={`Remove the field ${draft.name}`} onClick={onRemove} />}
      </div>
    </div>
  );
}
