import { expect, test } from 'vitest';
import { type Inline, readInline, readMarkdown } from '../../../main/console/components/markdown.ts';

const text = (words: string): Inline => ({ kind: 'text', text: words });

test('paragraphs end at an empty line, and lines within one are joined', () => {
  expect(readMarkdown('one\ntwo\n\nthree')).toEqual([
    { kind: 'paragraph', parts: [text('one two')] },
    { kind: 'paragraph', parts: [text('three')] },
  ]);
});

test('headings, lists, quotes and code keep their kind', () => {
  const blocks = readMarkdown(
    '## Impact\n- a\n- b\n  goes on\n\n1. first\n2. second\n\n> said\n\n```sql\nselect 1;\n\n- 2\n```',
  );
  expect(blocks.map(({ kind }) => kind)).toEqual(['heading', 'list', 'list', 'quote', 'code']);
  expect(blocks[1]).toMatchObject({ isOrdered: false, items: [[text('a')], [text('b goes on')]] });
  expect(blocks[2]).toMatchObject({ isOrdered: true });
  expect(blocks[4]).toEqual({ kind: 'code', text: 'select 1;\n\n- 2' });
});

test('a fence that nobody closed takes the rest, and a broken table stays text', () => {
  expect(readMarkdown('```\nselect')).toEqual([{ kind: 'code', text: 'select' }]);
  expect(readMarkdown('| a | b |')[0]?.kind).toBe('paragraph');
});

test('a table has a head and rows; an escaped bar is a bar', () => {
  const [table] = readMarkdown('| at | what |\n| --- | ---: |\n| 14:00 | a \\| b |');
  expect(table).toEqual({
    kind: 'table',
    head: [[text('at')], [text('what')]],
    rows: [[[text('14:00')], [text('a | b')]]],
  });
});

test('what stands between backticks is code, and nothing in it is read further', () => {
  expect(readInline('see `a ** b` and **`c`**')).toEqual([
    text('see '),
    { kind: 'code', text: 'a ** b' },
    text(' and '),
    { kind: 'strong', parts: [{ kind: 'code', text: 'c' }] },
  ]);
});

test('an address that does something is no link', () => {
  expect(readInline('[here](javascript:alert(1))').some(({ kind }) => kind === 'link')).toBe(false);
  expect(readInline('[here](//evil.example)').some(({ kind }) => kind === 'link')).toBe(false);
  expect(readInline('[here](https://example.com)')).toEqual([
    { kind: 'link', href: 'https://example.com', parts: [text('here')] },
  ]);
});

test('lone stars and underscores of SQL names stay as they are', () => {
  expect(readInline('2 * 3 * 4 of order_items_total')).toEqual([text('2 * 3 * 4 of order_items_total')]);
  expect(readInline('a \\*b\\*')).toEqual([text('a *b*')]);
});
