// How a catalogue is spoken: plurals, values, marks, times, and refusals.
import { expect, test } from 'vitest';
import { createPasswordPolicy } from '../../../../main/accounts/password-policy.ts';
import { ProblemError } from '../../../../main/client/index.ts';
import { PageError } from '../../../../main/console/hosted/page-error.ts';
import { loadCatalogue } from '../../../../main/console/hosted/words/catalogues.ts';
import { type LanguageCode, languageOf } from '../../../../main/console/hosted/words/languages.ts';
import { createProblemSpeech } from '../../../../main/console/hosted/words/problem-speech.ts';
import { createSpeech } from '../../../../main/console/hosted/words/speech.ts';
import { AppError } from '../../../../main/foundation/errors.ts';

async function speak(code: LanguageCode) {
  const speech = createSpeech(await loadCatalogue(code), languageOf(code)!);
  return { ...speech, ...createProblemSpeech(speech, 'Tea House') };
}

function refused(status: number, code: string, more: Partial<ConstructorParameters<typeof ProblemError>[0]> = {}) {
  return new ProblemError({
    ...{ status, code, title: 'Refused', detail: 'The server says so.', requestId: 'r-1', fields: [] },
    ...{ retryAfterSeconds: null, ...more },
  });
}

const field = (name: string, message: string) => refused(422, 'invalid_input', { fields: [{ field: name, message }] });

test('counts in each language’s own way, in Western digits', async () => {
  const [en, ar] = [await speak('en'), await speak('ar')];
  expect(en.say('fault.tooShort', { count: 1 })).toBe('It must have 1 character or more.');
  expect(en.say('fault.tooShort', { count: 15 })).toBe('It must have 15 characters or more.');
  const said = [1, 2, 3, 15, 100].map((count) => ar.say('fault.tooShort', { count }));
  expect(new Set(said.map((sentence) => sentence.replace(/\d+/, ''))).size).toBe(5);
  expect(said[3]).toContain('15');
});

test('what somebody typed is no markup and no placeholder', async () => {
  const en = await speak('en');
  const email = '<b>{x}</b>@example.com';
  const parts = en.sayMarked('checkMail.reset', { b: (inner) => inner.join('') }, { email });
  expect(parts).toEqual(expect.stringContaining(email));
});

test('says how long ago it was, and when', async () => {
  const [en, de] = [await speak('en'), await speak('de')];
  const now = Date.parse('2026-11-23T12:00:00Z');
  expect(en.ago('2026-11-23T11:57:00Z', now)).toBe('3 minutes ago');
  expect(en.ago('2026-11-23T11:59:30Z', now)).toBe('now');
  expect(de.ago('2026-11-25T12:00:00Z', now)).toBe('übermorgen');
  expect(de.date('2026-11-23T12:00:00Z')).toBe('23. November 2026');
});

test('a refusal is said by its code, with how long to wait', async () => {
  const de = await speak('de');
  expect(de.problem(refused(401, 'invalid_credentials'))).toMatchObject({ title: 'Das passt nicht zusammen' });
  expect(de.problem(refused(429, 'too_many_attempts', { retryAfterSeconds: 240 }))).toMatchObject({
    title: 'Zu viele Versuche',
    advice: 'Versuchen Sie es in 4 Minuten wieder.',
    canRetry: true,
  });
  expect(de.problem(refused(403, 'operator_only')).advice).toContain('Tea House');
});

test('a code that no catalogue has is said by its kind; in English by the server’s own sentence', async () => {
  const [en, ar] = [await speak('en'), await speak('ar')];
  expect(en.problem(refused(409, 'made_today'))).toMatchObject({
    title: 'That did not work',
    advice: 'The server says so.',
  });
  expect(ar.problem(refused(409, 'made_today')).title).toBe('لم ينجح ذلك');
  expect(en.problem(new PageError('passkey_cancelled')).title).toBe('The passkey was not used');
  expect(en.problem(new PageError('constructor')).title).toBe('That did not work');
  expect(en.problem(new TypeError('x')).title).toBe('Something went wrong here');
});

test('the request id is shown where somebody would look it up, and not for a slip', async () => {
  const en = await speak('en');
  expect(en.problem(refused(401, 'invalid_credentials')).requestId).toBeNull();
  expect(en.problem(refused(500, 'internal')).requestId).toBe('r-1');
});

test('what the server says about a password is known in each language', async () => {
  const policy = createPasswordPolicy({ minLength: 15, appName: 'Tea House' });
  const reasonFor = async (password: string) => {
    const check = { password, field: 'password', contextWords: ['mira.of.the.tea.house@example.com'] };
    const error: unknown = await policy.accept(check).catch((thrown: unknown) => thrown);
    return error instanceof AppError ? (error.fields?.[0]?.message ?? '') : '';
  };
  const ar = await speak('ar');
  for (const password of ['short', 'x'.repeat(1100), 'mira.of.the.tea.house', 'passwordpassword']) {
    const reason = await reasonFor(password);
    expect(reason, password).not.toBe('');
    const said = ar.fault(field('password', reason), 'password');
    expect(said, reason).not.toBe(ar.say('fault.refused'));
    expect(said, reason).not.toBeNull();
  }
  const stolen = field('password', 'was stolen elsewhere, and attackers have it');
  expect(ar.fault(stolen, 'password')).toBe(ar.say('fault.breached'));
  expect(ar.fault(field('password', 'has a reason of tomorrow'), 'password')).toBe(ar.say('fault.refused'));
  expect(ar.fault(field('email', 'must be an email address'), 'password')).toBeNull();
});
