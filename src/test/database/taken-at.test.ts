import { expect, test } from 'vitest';
import { placeOf } from '../../main/database/taken-at.ts';

test('names the first place that is the program’s own', () => {
  const own = new URL('../../main/database/pool.ts', import.meta.url);
  const stack = [
    'Error',
    `    at new CheckedOut (${own.pathname}:10:5)`,
    `    at #hold (${own.href}:12:5)`,
    '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
    '    at async Kysely.run (/srv/shop/node_modules/kysely/dist/run.js:3:4)',
    '    at async takeAndForget (file:///srv/shop/src/app.ts:12:20)',
    '    at async /srv/shop/src/main.ts:40:3',
  ];
  expect(placeOf(stack.join('\n'))).toBe('app.ts:12');
  expect(placeOf([stack[0], stack[6]].join('\n'))).toBe('main.ts:40');
  expect(placeOf(stack.slice(0, 5).join('\n'))).toBeUndefined();
  expect(placeOf(undefined)).toBeUndefined();
});
