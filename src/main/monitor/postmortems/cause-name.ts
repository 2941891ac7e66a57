/** A cause in a few words, for a title or in the middle of a sentence. */

const NAMES: Readonly<Record<string, string>> = {
  missing_index: 'a missing index',
  slow_statement: 'a slow statement',
  plan_changed: 'a plan that changed',
  volume_surge: 'many more calls',
  lock_held: 'a lock that was held',
  ddl_queued: 'a change of a definition that waited for a lock',
  idle_in_transaction: 'transactions left open',
  leak: 'connections that were not given back',
  server_slow: 'a server slow as a whole',
  connect_storm: 'more connections than Postgres may have',
};
const STATEMENT_MAX = 100;

export function causeName(kind: string, statement: string | null): string {
  const name = NAMES[kind] ?? kind.replaceAll('_', ' ');
  if (statement === null) return name;
  const short = statement.length > STATEMENT_MAX ? `${statement.slice(0, STATEMENT_MAX)}…` : statement;
  return `${name}, of \`${short.replaceAll('`', "'")}\``;
}
