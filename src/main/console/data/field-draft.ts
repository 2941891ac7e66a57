// A field while it is being written, and what the server will say about it.
import type { Field, FieldType } from '../../client/index.ts';

export interface FieldDraft {
  /** Only for the list on the screen. */
  readonly key: number;
  readonly name: string;
  readonly type: FieldType;
  readonly isRequired: boolean;
  readonly isIndexed: boolean;
  /** The collection a reference is to. */
  readonly target: string;
}

export const fieldTypeOptions: readonly { readonly value: FieldType; readonly label: string }[] = [
  { value: 'text', label: 'text' },
  { value: 'number', label: 'number' },
  { value: 'boolean', label: 'boolean' },
  { value: 'timestamp', label: 'timestamp' },
  { value: 'json', label: 'json' },
  { value: 'reference', label: 'reference' },
];

const NAME = /^[a-z][a-z0-9_]{0,47}$/;
const RESERVED = ['id', 'owner_id', 'created_at', 'updated_at'];

export function newDraft(key: number): FieldDraft {
  return { key, name: '', type: 'text', isRequired: false, isIndexed: false, target: '' };
}

/** What is wrong with a name of a collection or a field, or null. */
export function nameFault(name: string): string | null {
  if (name === '') return 'A name is needed.';
  if (!/^[a-z]/.test(name)) return 'Begin with a small letter.';
  if (!NAME.test(name)) return 'Small letters, digits and _ only, 48 at most.';
  return null;
}

/** What is wrong with a field among the others, or null. */
export function draftFault(draft: FieldDraft, others: readonly FieldDraft[]): string | null {
  const fault = nameFault(draft.name);
  if (fault !== null) return fault;
  if (RESERVED.includes(draft.name)) return 'Every record has this already.';
  if (others.some((other) => other.key !== draft.key && other.name === draft.name))
    return 'Another field has this name.';
  if (draft.type === 'reference' && draft.target === '') return 'Choose the collection it refers to.';
  return null;
}

/** The field as the server takes it. */
export function toField(draft: FieldDraft): Field {
  return {
    name: draft.name,
    type: draft.type,
    ...(draft.isRequired && { required: true }),
    ...(draft.isIndexed && canBeIndexed(draft.type) && draft.type !== 'reference' && { indexed: true }),
    ...(draft.type === 'reference' && { target: draft.target }),
  };
}

/** Whether lists may be sorted and filtered by such a field. */
export function canBeIndexed(type: FieldType): boolean {
  return type !== 'json';
}
