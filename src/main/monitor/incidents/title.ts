/** An incident's title: who is hurt, and by what, in one sentence. */

import type { Verdict } from '../cause/schema.ts';

const NAME_MAX = 70;

export interface TitleFacts {
  usersHurt: number;
  verdict: Verdict | null;
  /** Where users were hurt most; null where nobody was. */
  worstRoute: string | null;
  /** As an operator has named it, or an alert; used until a cause is known. */
  given: string | null;
}

export function titleOf({ given, usersHurt, verdict, worstRoute }: TitleFacts): string {
  const hurt = usersHurt === 0 ? '' : usersHurt === 1 ? 'One user was hurt' : `${usersHurt} users were hurt`;
  if (verdict) return hurt === '' ? causeWords(verdict) : `${hurt}: ${uncapitalised(causeWords(verdict))}`;
  if (given !== null) return hurt === '' ? given : `${given} (${uncapitalised(hurt)})`;
  return `${hurt === '' ? 'Requests fail' : hurt}${worstRoute === null ? '' : `, most by ${worstRoute}`}; the cause is not known yet`;
}

/** The cause without figures, so that it stays the same while they change. */
export function causeWords({ caller, holder, kind, plan, statement }: Verdict): string {
  const [route] = caller.routes;
  const from = route ? ` of ${route.route}` : '';
  const what = statement ? statementWords(statement.name, route?.route) : 'One statement';
  switch (kind) {
    case 'missing_index':
      return `${what} reads all of ${plan?.relation ?? 'a table'} for lack of an index`;
    case 'slow_statement':
      return `${what} takes long and holds its connections`;
    case 'plan_changed':
      return `Postgres runs ${uncapitalised(what)} by another, slower plan`;
    case 'volume_surge':
      return `${what} is asked for much more often than usual`;
    case 'lock_held':
      return `${holderWords(holder)} holds a lock that others wait for`;
    case 'ddl_queued':
      return 'A schema change waits for a lock, and everyone else behind it';
    case 'idle_in_transaction':
      return 'Open transactions in which nothing runs hold the connections';
    case 'leak':
      return `Connections are taken and not given back${from}`;
    case 'server_slow':
      return 'All of Postgres is slow or away';
    case 'connect_storm':
      return 'Postgres refuses new connections';
  }
}

/** A name says what it is; of a text, whoever calls it says more than its beginning. */
function statementWords(name: string, route: string | undefined): string {
  if (route === undefined) return shortened(name);
  return name.includes(' ') ? `A statement of ${route}` : `${shortened(name)} of ${route}`;
}

function holderWords(holder: Verdict['holder']): string {
  if (!holder) return 'A session';
  if (holder.isOurs) return `Our own ${holder.route ?? shortened(holder.statement)}`;
  return holder.applicationName === ''
    ? `A session (pid ${holder.pid})`
    : `${holder.applicationName} (pid ${holder.pid})`;
}

function shortened(name: string): string {
  return name.length <= NAME_MAX ? name : `${name.slice(0, NAME_MAX - 1)}…`;
}

/** Names of statements, routes and programs keep their letters. */
function uncapitalised(sentence: string): string {
  return sentence.replace(/^(A|All|Our|Open|One|Connections|Postgres)\b/, (word) =>
    word === 'Postgres' ? word : word.toLowerCase(),
  );
}
