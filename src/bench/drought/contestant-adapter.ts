/** What the schedule's streams mean at a server of the drought: both are asked the same, and differ in their paths alone. */

import type { Adapter } from '../../main/loadtest/index.ts';
import { PASSWORD, type Person } from './people.ts';

interface State {
  people: Person[];
  kind: string;
}

export interface Paths {
  logIn: string;
  read: string;
}

export function createContestantAdapter(name: string, paths: Paths): Adapter<State> {
  return {
    name,
    prepare: ({ parameters }) => parameters as unknown as State,
    requestFor(stream, userIndex, { people, kind }) {
      const person = people[userIndex] as Person;
      const forwarded = { 'x-forwarded-for': person.ip };
      if (stream === 'logIn') {
        const body = JSON.stringify({ email: person.email, password: PASSWORD });
        return {
          method: 'POST',
          path: paths.logIn,
          headers: { ...forwarded, 'content-type': 'application/json' },
          body,
        };
      }
      const headers = { ...forwarded, authorization: `Bearer ${person.token}` };
      return { method: 'GET', path: stream === 'read' ? paths.read : `/reports/${kind}`, headers };
    },
  };
}
