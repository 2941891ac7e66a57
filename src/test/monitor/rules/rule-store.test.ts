/** Rules as they are stored, also by other builds, and what may be made of them. */

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database, statement } from '../../../main/database/index.ts';
import { AppError } from '../../../main/foundation/errors.ts';
import { createId } from '../../../main/foundation/tokens.ts';
import { builtInRules } from '../../../main/monitor/rules/built-in-rules.ts';
import { RuleStore } from '../../../main/monitor/rules/rule-store.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const USER = createId();
const OTHERS_IDLE = 'others-idle-and-blocking';

const clear = statement<[]>({
  name: 'test.clearRules',
  lane: 'control',
  deadlineMs: 1_000,
  text: 'delete from aquifer_monitor.rule',
});
const tamper = statement<[id: string, conditions: string]>({
  name: 'test.tamperWithRule',
  lane: 'control',
  deadlineMs: 1_000,
  text: 'update aquifer_monitor.rule set conditions = $2::jsonb where id = $1',
});

let target: TestDatabase;
let database: Database;
let store: RuleStore;

beforeAll(async () => {
  target = await createTestDatabase();
  database = createDatabase({
    connectionString: target.url,
    maxConnections: 5,
    logger: createLogger({ level: 'silent' }),
  });
});

beforeEach(async () => {
  await database.execute(clear, []);
  store = new RuleStore(database);
  await store.load();
});

afterAll(async () => {
  await database.close();
  await target.drop();
});

/** The code of what is thrown. */
function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.code;
  }
  return 'nothing';
}

const longReads = { name: 'long reads', conditions: { olderThanMs: 60_000 } };

test('the built-in ones are there before anything is read, and after', () => {
  expect(new RuleStore(database).list()).toEqual(builtInRules);
  expect(store.list()).toEqual(builtInRules);
});

test('a rule of one’s own begins with warning, is kept, and is found by another process', async () => {
  const rule = await store.save(store.propose(longReads), USER);
  expect(rule).toMatchObject({ ...longReads, mode: 'warn', scope: 'own', action: 'cancel', mayEndMaintenance: false });
  expect(rule).toMatchObject({ isBuiltIn: false, fault: null, changedBy: USER, changedAt: expect.any(String) });
  const other = new RuleStore(database);
  await other.load();
  expect(other.get(rule.id)).toEqual(rule);
  await store.delete(rule.id);
  await other.load();
  expect(codeOf(() => other.get(rule.id))).toBe('rule_not_found');
});

test('a proposal is not stored', async () => {
  store.propose(longReads);
  store.proposeChange(OTHERS_IDLE, { mode: 'off' });
  await store.load();
  expect(store.list()).toEqual(builtInRules);
});

test('of a built-in rule the mode and the numbers can be changed, and nothing else', async () => {
  const { conditions } = store.get(OTHERS_IDLE);
  const change = { mode: 'enforce', conditions: { idleInTransactionMs: 30_000 } } as const;
  const rule = await store.save(store.proposeChange(OTHERS_IDLE, change), USER);
  expect(rule).toMatchObject({ mode: 'enforce', isBuiltIn: true, action: 'terminate' });
  expect(rule.conditions).toEqual({ ...conditions, idleInTransactionMs: 30_000 });
  const same = { conditions: { blocksLanes: ['critical' as const, 'interactive' as const] } };
  expect(codeOf(() => store.proposeChange(OTHERS_IDLE, same))).toBe('nothing');
  for (const wrong of [{ lane: 'bulk' }, { blocksLanes: ['bulk'] }, { olderThanMs: 5_000 }] as const) {
    expect(codeOf(() => store.proposeChange(OTHERS_IDLE, { conditions: wrong as object }))).toBe('invalid_rule');
  }
  await expect(store.delete(OTHERS_IDLE)).rejects.toMatchObject({ code: 'rule_built_in' });
});

test('what could hit anybody, or nobody ever, is refused', () => {
  expect(codeOf(() => store.propose({ name: 'all', conditions: {} }))).toBe('invalid_rule');
  expect(codeOf(() => store.propose({ name: 'a lane', conditions: { lane: 'bulk' } }))).toBe('invalid_rule');
  expect(codeOf(() => store.propose({ name: 'idle', conditions: { idleInTransactionMs: 5_000 } }))).toBe(
    'invalid_rule',
  );
  expect(codeOf(() => store.proposeChange('nobody', {}))).toBe('rule_not_found');
});

test('a rule that another build stored with a condition unknown here is off and says so, until it is written anew', async () => {
  const proposed = store.propose({ ...longReads, mode: 'enforce' });
  const { id } = await store.save(proposed, USER);
  await database.execute(tamper, [id, JSON.stringify({ olderThanMs: 60_000, userName: 'bob' })]);
  await store.load();
  expect(store.get(id).fault).toMatch(/userName.*off/);
  expect(codeOf(() => store.proposeChange(id, { mode: 'enforce' }))).toBe('invalid_rule');
  const mended = store.proposeChange(id, { mode: 'enforce', conditions: { olderThanMs: 90_000 } });
  expect((await store.save(mended, USER)).fault).toBeNull();
});

test('a built-in rule that another build stored with less keeps what is built in', async () => {
  await store.save(store.proposeChange(OTHERS_IDLE, { mode: 'enforce' }), USER);
  await database.execute(tamper, [OTHERS_IDLE, '{"idleInTransactionMs": 2000}']);
  await store.load();
  const [builtIn] = builtInRules.filter(({ id }) => id === OTHERS_IDLE);
  expect(store.get(OTHERS_IDLE).conditions).toEqual({ ...builtIn?.conditions, idleInTransactionMs: 2_000 });
});

test('there are a hundred of one’s own at the most', async () => {
  for (let count = 0; count < 100; count += 1) await store.save(store.propose(longReads), USER);
  expect(codeOf(() => store.propose(longReads))).toBe('too_many_rules');
  expect(store.list()).toHaveLength(builtInRules.length + 100);
});
