// Values of records in a table cell, and in an example.
import type { Field } from '../../client/index.ts';

const LONGEST_CELL = 120;

/** A value in one line of text; an empty text when there is none. */
export function valueWords(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > LONGEST_CELL ? `${line.slice(0, LONGEST_CELL)}…` : line;
}

/** Believable values for the fields, for a command to start from. */
export function exampleValues(fields: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field.name, exampleValue(field)]));
}

function exampleValue(field: Field): unknown {
  switch (field.type) {
    case 'text':
      return `a ${field.name.replaceAll('_', ' ')}`;
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'timestamp':
      return '2027-01-31T09:30:00Z';
    case 'json':
      return {};
    case 'reference':
      return `<id of a record in ${field.target ?? 'the other collection'}>`;
  }
}
