// What a refusal is called, and what is advised.
import { expect, test } from 'vitest';
import { ProblemError } from '../../../main/client/index.ts';
import { fieldFault, isToldByFields, problemWords } from '../../../main/console/components/problem-words.ts';

function problem(change: Partial<ConstructorParameters<typeof ProblemError>[0]>): ProblemError {
  const base = { status: 500, code: 'internal', title: 'T', detail: 'D.', requestId: 'r1', fields: [] };
  return new ProblemError({ ...base, retryAfterSeconds: null, ...change });
}

test('a fault of the server is not explained with its own text', () => {
  const words = problemWords(problem({ status: 500, detail: 'relation "x" does not exist' }));
  expect(JSON.stringify(words)).not.toContain('relation');
  expect(words).toMatchObject({ requestId: 'r1', canRetry: true });
});

test('a full server says when to come back', () => {
  expect(problemWords(problem({ status: 503, retryAfterSeconds: 4 })).advice).toBe('D. Try again in 4 seconds.');
  expect(problemWords(problem({ status: 429, retryAfterSeconds: 240 })).advice).toContain('4 minutes');
});

test('a refusal is called by what it says, and is not sent again', () => {
  const words = problemWords(problem({ status: 409, title: 'Conflict', detail: 'There is an operator already.' }));
  expect(words).toMatchObject({ title: 'There is an operator already.', canRetry: false });
});

test('what is no answer of the server has words too', () => {
  expect(problemWords(new TypeError('x is undefined'))).toMatchObject({ requestId: null, canRetry: true });
});

test('a fault of a field is a sentence beside it', () => {
  const error = problem({ status: 422, fields: [{ field: 'password', message: 'must have 15 characters or more' }] });
  expect(fieldFault(error, 'password')).toBe('Must have 15 characters or more.');
  expect(fieldFault(error, 'email')).toBeNull();
  expect(isToldByFields(error, ['email', 'password'])).toBe(true);
  expect(isToldByFields(error, ['email'])).toBe(false);
  expect(isToldByFields(problem({}), ['email'])).toBe(false);
});
