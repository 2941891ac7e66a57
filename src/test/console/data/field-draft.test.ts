// What is said about a field before the server is asked.
import { expect, test } from 'vitest';
import { draftFault, nameFault, newDraft, toField } from '../../../main/console/data/field-draft.ts';

test.each(['title', 'due_at', 'x', 'a'.repeat(48)])('%s is a good name', (name) => {
  expect(nameFault(name)).toBeNull();
});

test.each(['', 'Title', '1st', 'due-at', 'a'.repeat(49), 'naïve'])('%j is not', (name) => {
  expect(nameFault(name)).not.toBeNull();
});

test('two fields cannot share a name, and none may take the name of a member every record has', () => {
  const one = { ...newDraft(1), name: 'title' };
  const two = { ...newDraft(2), name: 'title' };
  expect(draftFault(two, [one, two])).toBe('Another field has this name.');
  expect(draftFault({ ...one, name: 'created_at' }, [])).toBe('Every record has this already.');
});

test('a reference needs the collection it is to', () => {
  const draft = { ...newDraft(1), name: 'author', type: 'reference' } as const;
  expect(draftFault(draft, [])).not.toBeNull();
  expect(toField({ ...draft, target: 'people' })).toEqual({ name: 'author', type: 'reference', target: 'people' });
});

test('json is never sent as indexed, and nothing is sent that was not asked for', () => {
  expect(toField({ ...newDraft(1), name: 'labels', type: 'json', isIndexed: true })).toEqual({
    name: 'labels',
    type: 'json',
  });
});
