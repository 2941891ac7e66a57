// The places of the console in the order of the navigation: one list for the menu, the palette and the keys.
import type { IconName } from '../components/icon.tsx';

export interface Place {
  readonly to:
    | '/'
    | '/live'
    | '/cause'
    | '/incidents'
    | '/alerts'
    | '/pool'
    | '/activity'
    | '/rules'
    | '/users'
    | '/sessions'
    | '/roles'
    | '/api-keys'
    | '/audit'
    | '/mailbox'
    | '/collections'
    | '/queries'
    | '/tables'
    | '/statements'
    | '/planner/review'
    | '/planner/indexes'
    | '/planner/forecast'
    | '/planner/what-if'
    | '/planner/snapshots';
  readonly label: string;
  readonly icon: IconName;
  /** Typed after `g`. */
  readonly key: string;
  readonly about: string;
}

export interface PlaceGroup {
  readonly title: string;
  readonly places: readonly Place[];
}

export const placeGroups: readonly PlaceGroup[] = [
  {
    title: '',
    places: [
      { to: '/', label: 'Overview', icon: 'well', key: 'o', about: 'The well: who has water left' },
      {
        to: '/live',
        label: 'Live',
        icon: 'screen',
        key: 'l',
        about: 'For a wall: users hurt, the well, what runs now',
      },
      { to: '/cause', label: 'Cause', icon: 'alert', key: 'w', about: 'What holds the pool, who calls it, and why' },
      { to: '/incidents', label: 'Incidents', icon: 'flag', key: 'i', about: 'Who was hurt, why, and what was done' },
      {
        to: '/alerts',
        label: 'Alerts',
        icon: 'bell',
        key: 'b',
        about: 'What fires, its rules, and whom it tells (bell)',
      },
    ],
  },
  {
    title: 'Accounts',
    places: [
      { to: '/users', label: 'Users', icon: 'user', key: 'u', about: 'Everyone with an account' },
      { to: '/sessions', label: 'Sessions', icon: 'clock', key: 's', about: 'Everyone who is logged in' },
      { to: '/roles', label: 'Roles', icon: 'group', key: 'd', about: 'What somebody may do besides (duties)' },
      { to: '/api-keys', label: 'API keys', icon: 'key', key: 'k', about: 'What programs work with, and whose' },
      { to: '/audit', label: 'Audit trail', icon: 'list', key: 'h', about: 'Who did what to whom (history)' },
      { to: '/mailbox', label: 'Mailbox', icon: 'mail', key: 'm', about: 'Mail this server would have sent' },
    ],
  },
  {
    title: 'Data',
    places: [
      { to: '/collections', label: 'Collections', icon: 'layers', key: 'c', about: 'Tables of your users’ data' },
    ],
  },
  {
    title: 'Database',
    places: [
      { to: '/pool', label: 'Pool', icon: 'chart', key: 'p', about: 'Who held the connections, over time' },
      { to: '/activity', label: 'Activity', icon: 'pulse', key: 'a', about: 'Who does what in the database now' },
      { to: '/rules', label: 'Rules', icon: 'rule', key: 'r', about: 'When a session may be ended without you' },
      { to: '/queries', label: 'Queries', icon: 'gauge', key: 'q', about: 'What statements cost, then and now' },
      { to: '/tables', label: 'Tables', icon: 'table', key: 't', about: 'Tables and indexes: size, use, trouble' },
      { to: '/statements', label: 'Statements', icon: 'prompt', key: 'e', about: 'What this server asks Postgres' },
    ],
  },
  {
    title: 'Planner',
    places: [
      {
        to: '/planner/review',
        label: 'Review',
        icon: 'review',
        key: 'v',
        about: 'Every statement’s plan: what is wrong, what cures it',
      },
      {
        to: '/planner/indexes',
        label: 'Index advice',
        icon: 'sorted',
        key: 'x',
        about: 'Indexes to create and to drop, and what they brought',
      },
      { to: '/planner/forecast', label: 'Forecast', icon: 'trend', key: 'f', about: 'Which plan flips, when; sizing' },
      {
        to: '/planner/what-if',
        label: 'What if',
        icon: 'flask',
        key: 'y',
        about: 'Try an index that is not there (try)',
      },
      {
        to: '/planner/snapshots',
        label: 'Snapshots',
        icon: 'camera',
        key: 'n',
        about: 'Stored statistics, and why a plan changed',
      },
    ],
  },
];

export const places: readonly Place[] = placeGroups.flatMap((group) => group.places);
