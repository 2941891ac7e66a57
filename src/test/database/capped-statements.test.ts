import { describe, expect, test } from 'vitest';
import { CappedStatements } from '../../main/database/capped-statements.ts';

interface Entry {
  previous: Entry | undefined;
  next: Entry | undefined;
}

const entryOf = (): Entry => ({ previous: undefined, next: undefined });

describe('capped statements', () => {
  test('know which are full, and where someone is parked though there is room', () => {
    const statements = new CappedStatements<Entry>((fingerprint) => (fingerprint === 'rare' ? 1 : 2));
    const rare = statements.of('rare');
    expect([statements.isFull('rare'), statements.isFull('never seen')]).toEqual([false, false]);
    rare.active = 1;
    rare.parked.append(entryOf());
    statements.note(rare);
    expect([statements.isFull('rare'), statements.roomy.size]).toEqual([true, 0]);
    rare.active = 0;
    statements.note(rare);
    expect([...statements.roomy]).toEqual([rare]);
    rare.parked.remove(rare.parked.first as Entry);
    statements.note(rare);
    expect(statements.roomy.size).toBe(0);
  });

  test('forget those that nobody runs or waits for, beyond a thousand', () => {
    const statements = new CappedStatements<Entry>(() => 1);
    const used = statements.of('used');
    used.active = 1;
    for (let n = 0; n < 999; n += 1) statements.of(`s${n}`);
    const kept = statements.of('s0');
    statements.forgetUnused();
    expect(statements.of('s0'), 'within the bound').toBe(kept);
    statements.of('one more');
    statements.forgetUnused();
    expect(statements.of('s0')).not.toBe(kept);
    expect(statements.of('used')).toBe(used);
  });
});
