import { expect, test, vi } from 'vitest';

vi.stubGlobal('location', { origin: 'http://localhost' });
const { readAuditSearch, spanStart } = await import('../../../../main/console/accounts/audit-trail/audit.ts');

const ID = '01a20944-dc06-7653-8754-732266a2e6eb';

test('an address is a filter as far as it makes sense', () => {
  expect(readAuditSearch({ user: ID, action: 'log_in.succeeded', span: 'week', page: 3 })).toEqual({
    user: ID,
    action: 'log_in.succeeded',
    span: 'week',
  });
  expect(readAuditSearch({ user: 'ada', action: "x'; drop", span: 'ever' })).toEqual({});
});

test('a span begins at a whole minute, so that the pages of one list agree', () => {
  const nowMs = Date.parse('2026-11-23T12:34:56.789Z');
  expect(spanStart('hour', nowMs)).toBe('2026-11-23T11:34:00.000Z');
  expect(spanStart('month', nowMs)).toBe('2026-10-24T12:34:00.000Z');
  expect(spanStart(undefined, nowMs)).toBeUndefined();
});
