// The well in plain words: one sentence for the whole, one paragraph for a lane.
import type { LaneSnapshot, PoolSnapshot } from '../../client/index.ts';
import { heaviestLane, inUse, isRefusing, laneState, poolState } from './lane-state.ts';

interface LaneWords {
  readonly title: string;
  /** Who is turned away when the lane refuses. */
  readonly people: string;
  readonly purpose: string;
}

const laneWords: Record<string, LaneWords> = {
  control: {
    title: 'Control',
    people: 'The operator’s own requests',
    purpose: 'Kept for you: this console, and what it takes to look and to act while everything else is full.',
  },
  critical: {
    title: 'Critical',
    people: 'Log-ins',
    purpose: 'Log-ins, sign-ups and the check of a session that every request begins with.',
  },
  interactive: {
    title: 'Interactive',
    people: 'People’s requests',
    purpose: 'People who are logged in and wait for a page: reading and writing their own records.',
  },
  bulk: {
    title: 'Bulk',
    people: 'Reports and exports',
    purpose: 'Reports, exports and long lists: work that may take its time and that somebody still waits for.',
  },
  background: {
    title: 'Background',
    people: 'Background work',
    purpose: 'Mail, clearing up and counting: work that nobody waits for.',
  },
};

/** What a lane is called and what it is for. A lane we do not know keeps its own name. */
export function describeLane(name: string): LaneWords {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return laneWords[name] ?? { title, people: `Requests of ${name}`, purpose: 'A lane of your own.' };
}

/** The state of the pool as one or two short sentences: first whether people are hurt, then why. */
export function poolSentence(pool: PoolSnapshot): string {
  const state = poolState(pool);
  if (state === 'refusing') return refusingSentence(pool);
  const waiting = pool.lanes.reduce((sum, lane) => sum + lane.waiting, 0);
  if (waiting > 0) {
    return `${count(waiting, 'request waits', 'requests wait')} for a connection. Nobody is refused.`;
  }
  const refused = pool.lanes.reduce((sum, lane) => sum + lane.refusedLastMinute, 0);
  if (refused > 0) {
    const past = count(refused, 'request was', 'requests were');
    return `Water is ${waterLevelWord(pool)} again. ${past} refused in the last minute.`;
  }
  if (state === 'touched') {
    const low = pool.lanes.filter((lane) => laneState(lane) === 'touched').map((lane) => lane.name);
    const where =
      low.length > 2 ? 'Water is low: only what is kept for each lane is left.' : `Water is low in ${joinWords(low)}.`;
    return `${where} Nobody waits.`;
  }
  return `Water is ${waterLevelWord(pool)}. Nobody waits.`;
}

function refusingSentence(pool: PoolSnapshot): string {
  const refusing = pool.lanes.filter(isRefusing);
  const names = refusing.map((lane, index) => {
    const { people } = describeLane(lane.name);
    return index === 0 ? people : people.charAt(0).toLowerCase() + people.slice(1);
  });
  const isPlural = names.length > 1 || !names[0]?.endsWith('work');
  return `${joinWords(names)} ${isPlural ? 'are' : 'is'} being refused: ${causeOfRefusal(pool, refusing)}.`;
}

function causeOfRefusal(pool: PoolSnapshot, refusing: readonly LaneSnapshot[]): string {
  const heaviest = heaviestLane(pool);
  if (heaviest === null) return 'no connection could be opened';
  const held = `${heaviest.active} of the ${count(pool.maxConnections, 'connection', 'connections')}`;
  const isItself = refusing.some((lane) => lane.name === heaviest.name);
  return isItself ? `${heaviest.name} itself holds ${held}` : `${heaviest.name} holds ${held}`;
}

/** How much of the pool is left, in a word. */
function waterLevelWord(pool: PoolSnapshot): string {
  const left = pool.maxConnections === 0 ? 0 : 1 - inUse(pool) / pool.maxConnections;
  if (left > 0.55) return 'high';
  return left > 0.25 ? 'at half' : 'low, and holding';
}

/** What a lane has and uses now, as sentences. */
export function laneSentences(lane: LaneSnapshot): readonly string[] {
  const kept =
    lane.guaranteed === 0
      ? `Nothing is kept for it; it may borrow up to ${lane.ceiling}.`
      : lane.guaranteed === lane.ceiling
        ? `${count(lane.guaranteed, 'connection is', 'connections are')} kept for it, and it never takes more.`
        : `${count(lane.guaranteed, 'connection is', 'connections are')} always kept for it; it may hold up to ${lane.ceiling}.`;
  const now = `It holds ${lane.active} now and could take ${lane.free} more.`;
  const wait =
    lane.waiting === 0
      ? 'Nobody waits.'
      : `${count(lane.waiting, 'request waits', 'requests wait')}, the longest for ${duration(lane.oldestWaitMs)}.`;
  const refused =
    lane.refusedLastMinute > 0
      ? `${count(lane.refusedLastMinute, 'request was', 'requests were')} refused in the last minute.`
      : 'Nobody was refused in the last minute.';
  return [kept, now, wait, refused];
}

/** What a lane's column says in two words beneath its number, the worst first. */
export function laneNote(lane: LaneSnapshot): string {
  if (lane.refusedLastMinute > 0) return `${lane.refusedLastMinute} refused`;
  if (lane.waiting > 0) return `${lane.waiting} ${lane.waiting === 1 ? 'waits' : 'wait'}`;
  if (laneState(lane) !== 'touched') return `${lane.active} in use`;
  return lane.free === 0 ? 'none left' : 'on its reserve';
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function count(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
