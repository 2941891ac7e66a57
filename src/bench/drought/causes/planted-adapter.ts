/** What the streams of the planted causes mean: the ordinary traffic, and the routes the causes are planted in. */

import type { Adapter } from '../../../main/loadtest/index.ts';
import aquifer from '../aquifer-adapter.ts';
import type { Person } from '../people.ts';
import { SURGING_PERSON } from './causes.ts';

const paths: Readonly<Record<string, string>> = {
  cpuReport: '/reports/cpu',
  lockReport: '/reports/lock',
  summary: '/planted/summary',
  surge: '/planted/summary',
  parcels: '/planted/parcels',
  catalogue: '/planted/catalogue',
  checkout: '/planted/checkout',
  export: '/planted/export',
};

const adapter: Adapter<{ people: Person[]; kind: string }> = {
  ...aquifer,
  requestFor(stream, userIndex, state) {
    const path = paths[stream];
    if (path === undefined) return aquifer.requestFor(stream, userIndex, state);
    const person = state.people[stream === 'surge' ? SURGING_PERSON : userIndex] as Person;
    const headers = { 'x-forwarded-for': person.ip, authorization: `Bearer ${person.token}` };
    return { method: 'GET', path: path.startsWith('/reports') ? path : `${path}?number=${1 + person.index}`, headers };
  },
};

// biome-ignore lint/style/noDefaultExport: the load engine reads an adapter as the default export of its file.
export default adapter;
