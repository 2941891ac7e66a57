import { describe, expect, test } from 'vitest';
import {
  fittingPool,
  judgeCapacity,
  promisedBy,
  refuseWhereImpossible,
} from '../../../main/database/budget/capacity.ts';
import type { Member } from '../../../main/database/budget/members.ts';
import type { Room, Sessions } from '../../../main/database/budget/room.ts';
import { defaultLanes } from '../../../main/database/lane.ts';

const promised = (size: number) => promisedBy(defaultLanes(size));
const room: Room = { server: 97, role: null, database: null };
const member = (want: number, more: Partial<Member> = {}): Member => {
  const id = `${Math.random()}`;
  return {
    ...{ id, applicationName: `aquifer ${id}`, beatNumber: 5, beatMs: 2_000, want, floor: promised(want) },
    ...{ held: 3, allowed: want, share: want, demand: 1, silentMs: 500, ...more },
  };
};
const others = (count: number): Sessions[] => [
  { applicationName: 'metabase', isOurRole: false, isOurDatabase: false, count },
];
const judge = (input: Partial<Parameters<typeof judgeCapacity>[0]>) =>
  judgeCapacity({ poolMax: 16, isShared: true, members: [], room, sessions: [], ...input });

describe('the sentence', () => {
  test('where all fit', () => {
    expect(judge({ members: [member(16)] })).toMatchObject({
      status: 'fits',
      sentence: 'This deployment can want 32 of 97 connections.',
    });
  });

  test('where it is tight names what to lower AQUIFER_POOL_MAX to, right for the servers that run', () => {
    const members = Array.from({ length: 5 }, () => member(20));
    expect(judge({ poolMax: 20, members })).toMatchObject({
      status: 'tight',
      sentence:
        'This deployment can want 120 of 97 connections; lower AQUIFER_POOL_MAX to 15 (6 servers; other programs hold none). Until then they share what there is by demand.',
    });
    expect(judge({ poolMax: 140 }).sentence).toContain('lower AQUIFER_POOL_MAX to 94 (1 server;');
    expect(judge({ poolMax: 60, members: [member(10), member(70)] }).sentence).toContain('AQUIFER_POOL_MAX to 42 ');
    expect(judge({ poolMax: 60, members: [member(40)], sessions: others(24) }).sentence).toBe(
      'This deployment can want 100 of 97 connections; lower AQUIFER_POOL_MAX to 35 (2 servers; other programs hold 24). Until then they share what there is by demand.',
    );
  });

  test('names the limit of the role, and does not speak of sharing where nothing is shared', () => {
    const { sentence } = judge({ room: { ...room, role: 12 }, isShared: false });
    expect(sentence).toBe(
      'This deployment can want 16 of the 12 connections that the CONNECTION LIMIT of its role allows; lower AQUIFER_POOL_MAX to 11 (1 server; other programs hold none).',
    );
  });

  test('where no pool is small enough for so many servers, names how many there may be', () => {
    const members = Array.from({ length: 3 }, () => member(8, { floor: 5 }));
    const { status, sentence } = judge({ poolMax: 8, room: { ...room, server: 24 }, members: members.slice(0, 3) });
    expect(status).toBe('tight');
    expect(sentence).toContain('lower AQUIFER_POOL_MAX to 5');
    const more = [...members, ...members.map((one) => ({ ...one, id: `${one.id}+` }))];
    const look = judge({ poolMax: undefined, room: { ...room, server: 24 }, members: more });
    expect(look.sentence).toContain('run 4 servers at the most, or raise max_connections');
  });
});

describe('a refusal to start', () => {
  test('where what others hold leaves less than one connection a lane and one for a migration', () => {
    const verdict = judge({ room: { ...room, server: 20 }, sessions: others(13) });
    expect(verdict).toMatchObject({ status: 'impossible', left: 5 });
    expect(verdict.sentence).toBe(
      'The database has 5 connections of 20 left for this server (other programs hold 13), and a server needs 6: close other programs’ connections, or raise max_connections.',
    );
    expect(() => refuseWhereImpossible(verdict)).toThrow(expect.objectContaining({ code: 'database_full' }));
    expect(judge({ room: { ...room, server: 20 }, sessions: others(12) })).toMatchObject({ status: 'tight', left: 6 });
  });

  test('where the promises of the servers that run leave too little, with what to lower all of them to', () => {
    const members = [member(16), member(16)];
    const verdict = judge({ room: { ...room, server: 30 }, members });
    expect(verdict).toMatchObject({ status: 'impossible', left: 5 });
    expect(verdict.sentence).toBe(
      'The database has 5 connections of 30 left for this server (2 other servers keep 22), and a server needs 6: lower AQUIFER_POOL_MAX to 9 on all servers, or raise max_connections.',
    );
  });

  test('not for a server that was killed a moment ago: it has no session left', () => {
    const killed = member(16, { silentMs: 2_500 });
    expect(judge({ room: { ...room, server: 17 }, members: [killed] }).status).not.toBe('impossible');
    const silent = { ...killed };
    const sessions: Sessions[] = [
      { applicationName: silent.applicationName, isOurRole: true, isOurDatabase: true, count: 3 },
    ];
    expect(judge({ room: { ...room, server: 17 }, members: [silent], sessions }).status).toBe('impossible');
  });

  test('counts what others may take, not what they are promised, where nobody gives way', () => {
    const input = { room: { ...room, server: 37 }, members: [member(30)] };
    expect(judge({ ...input, isShared: true }).left).toBe(34 - promised(30));
    expect(judge({ ...input, isShared: false })).toMatchObject({ left: 4, status: 'impossible' });
  });
});

test('the promises of the lanes are made to fit into what is left, never below one for each lane', () => {
  expect(promised(16)).toBe(11);
  expect(fittingPool(16, { left: 90, fair: 60 })).toBe(16);
  expect(promised(fittingPool(16, { left: 8, fair: 60 }))).toBeLessThanOrEqual(8);
  expect(fittingPool(16, { left: 2, fair: 60 })).toBe(5);
  // Whoever comes first does not promise itself what those who come later will need.
  expect(fittingPool(30, { left: 90, fair: 20 })).toBe(20);
  expect(fittingPool(30, { left: 90, fair: 3 })).toBe(5);
});
