import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  actionWords,
  detailWords,
  knownActions,
  partyWords,
} from '../../../../main/console/accounts/audit-trail/audit-words.ts';

const main = fileURLToPath(new URL('../../../../main', import.meta.url));
const NOW_MS = Date.parse('2026-11-23T12:00:00Z');

/** Each action that a file of the server notes under its own name. */
function notedActions(): string[] {
  const files = readdirSync(main, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !/^(console|client)/.test(path),
  );
  const texts = files
    .map((path) => readFileSync(join(main, path), 'utf8'))
    .filter((text) => text.includes('noteAudit'));
  return [
    ...new Set(
      texts.flatMap((text) => [...text.matchAll(/action: '([a-z_]+\.[a-z_]+)'/g)].map((found) => found[1] ?? '')),
    ),
  ];
}

describe('an action', () => {
  test('that the server notes has words', () => {
    const known = new Set(knownActions().map(({ value }) => value));
    const noted = notedActions();
    expect(noted.length).toBeGreaterThan(20);
    expect(noted.filter((action) => !known.has(action))).toEqual([]);
  });

  test('that has none yet is read as it stands', () => {
    expect(actionWords('totp.added')).toBe('Authenticator app turned on');
    expect(actionWords('tea_house.opened')).toBe('Tea house: opened');
  });
});

test('details are told without ids, with times as people say them', () => {
  const details = {
    key: '01a20944-e0ee-764c-83ed-773937243e65',
    hint: 'aq_uz8G',
    demandsSecondFactor: true,
    before: '',
    reason: null,
    expiresAt: '2026-12-24T10:00:00.000Z',
  };
  const words = detailWords(details, NOW_MS);
  expect(words).toMatch(/^hint: aq_uz8G · demands second factor: yes · expires at: 24 Dec \d\d:\d\d$/);
  expect(detailWords({}, NOW_MS)).toBe('');
});

test('whoever has no page is named all the same', () => {
  const party = (kind: string, id: string | null) => partyWords({ kind, id, email: null });
  expect(party('system', null)).toBe('the server');
  expect(party('anyone', null)).toBe('somebody not logged in');
  expect(party('role', 'support')).toBe('role support');
  expect(party('api_key', '01a20944-e0ee-764c-83ed-773937243e65')).toBe('api key …243e65');
});
