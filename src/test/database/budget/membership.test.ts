import { describe, expect, test } from 'vitest';
import { listMembers, type Member } from '../../../main/database/budget/members.ts';
import { type BeatTransaction, Membership } from '../../../main/database/budget/membership.ts';
import { listSessions, readRoom } from '../../../main/database/budget/room.ts';

const BEAT_MS = 2_000;

/** A table, a server and two clocks that a test sets. */
function createTable(server = 100) {
  const clock = { localMs: 0, serverMs: 0 };
  const other: Member & { beatAtMs: number } = {
    ...{ id: 'other', applicationName: 'aquifer other', beatNumber: 1, beatMs: BEAT_MS, beatAtMs: 0 },
    ...{ want: 16, floor: 5, held: 4, allowed: 16, share: 16, demand: 1, silentMs: 0 },
  };
  let isThere = true;
  const written: unknown[][] = [];
  const answers: Record<string, () => unknown[]> = {
    [listMembers.name]: () => (isThere ? [{ ...other, silentMs: clock.serverMs - other.beatAtMs }] : []),
    [readRoom.name]: () => [{ server, role: null, database: null }],
    [listSessions.name]: () => [],
    'database.deleteMembers': () => {
      isThere = false;
      return [];
    },
  };
  const transaction: BeatTransaction = {
    query: async (statement, params) => {
      if (statement.name === 'database.writeMember') written.push([...params]);
      return (answers[statement.name]?.() ?? []) as never;
    },
  };
  const membership = new Membership({
    ...{ applicationName: 'aquifer', want: 16, beatMs: BEAT_MS, nowMs: () => clock.localMs },
  });
  const pass = (ms: number) => {
    clock.localMs += ms;
    clock.serverMs += ms;
  };
  const beat = (inForce = 16) => membership.beat(transaction, { held: 1, inForce, demand: 1 });
  const otherBeats = () => Object.assign(other, { beatNumber: other.beatNumber + 1, beatAtMs: clock.serverMs });
  return { clock, pass, beat, otherBeats, isThere: () => isThere, written };
}

describe('a member that falls silent', () => {
  test('is gone after three missed beats, and not after two', async () => {
    const { pass, beat, isThere } = createTable();
    await beat();
    for (let beats = 0; beats < 2; beats += 1) {
      pass(BEAT_MS);
      expect((await beat()).members).toBe(2);
    }
    expect(isThere()).toBe(true);
    pass(BEAT_MS);
    expect(await beat()).toMatchObject({ members: 1, gone: ['other'] });
    expect(isThere()).toBe(false);
  });

  test('is not one that beats on, though the server’s clock was set forward by a day', async () => {
    const { clock, pass, beat, otherBeats } = createTable();
    await beat();
    clock.serverMs += 86_400_000;
    pass(BEAT_MS / 2);
    expect((await beat()).members).toBe(2);
    pass(BEAT_MS / 2);
    otherBeats();
    expect((await beat()).members).toBe(2);
    pass(BEAT_MS);
    otherBeats();
    expect((await beat()).members).toBe(2);
  });

  test('is gone all the same where the server’s clock was set back', async () => {
    const { clock, pass, beat } = createTable();
    await beat();
    clock.serverMs -= 86_400_000;
    for (let beats = 0; beats < 3; beats += 1) {
      pass(BEAT_MS);
      await beat();
    }
    expect((await beat()).members).toBe(1);
  });

  test('is not held against it by a process that has only just begun to watch, or was asleep itself', async () => {
    const { pass, beat } = createTable();
    pass(10 * BEAT_MS);
    expect((await beat()).members).toBe(2);
  });

  test('was asleep with this process: it is given its time once more', async () => {
    const { clock, beat, otherBeats, pass } = createTable();
    await beat();
    // The whole machine slept; both clocks went on, nobody beat.
    pass(60_000);
    otherBeats();
    expect((await beat()).members).toBe(2);
    expect(clock.localMs).toBe(60_000);
  });
});

test('a lower limit is written only once the process goes by it', async () => {
  const { beat, written } = createTable(20);
  const allowedNow = () => written.at(-1)?.[8];
  const { allowed } = await beat();
  expect(allowed).toBe(7);
  expect(allowedNow()).toBe(16);
  await beat(allowed);
  expect(allowedNow()).toBe(7);
});

test('a beat says who it is, and counts', async () => {
  const { beat, written } = createTable();
  await beat();
  await beat();
  expect(written.map(([, , applicationName, beatNumber]) => [beatNumber, applicationName])).toEqual([
    [1, expect.stringMatching(/^aquifer [0-9a-f]{8}$/)],
    [2, written[0]?.[2]],
  ]);
});
