/** What of a migration changes plans: the statements that change the schema. What moves data is left out, since there is none. */

import { loadModule, parseSync } from 'libpg-query';
import { migrationRefused } from './errors.ts';

/** What reads, writes, locks or guards rows, belongs to sessions, or tunes the server. */
const LEFT_OUT = new Set([
  'TransactionStmt',
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'CopyStmt',
  'TruncateStmt',
  'VacuumStmt',
  'ReindexStmt',
  'ClusterStmt',
  'RefreshMatViewStmt',
  'LockStmt',
  'ExplainStmt',
  'CallStmt',
  'CheckPointStmt',
  'DiscardStmt',
  'NotifyStmt',
  'ListenStmt',
  'UnlistenStmt',
  'LoadStmt',
  'PrepareStmt',
  'ExecuteStmt',
  'DeallocateStmt',
  'ConstraintsSetStmt',
  'CommentStmt',
  'SecLabelStmt',
  'GrantStmt',
  'GrantRoleStmt',
  'AlterDefaultPrivilegesStmt',
  'AlterOwnerStmt',
  'CreateRoleStmt',
  'AlterRoleStmt',
  'AlterRoleSetStmt',
  'DropRoleStmt',
  'CreatePolicyStmt',
  'AlterPolicyStmt',
  'CreateEventTrigStmt',
  'AlterEventTrigStmt',
  'CreatedbStmt',
  'DropdbStmt',
  'AlterDatabaseStmt',
  'AlterDatabaseSetStmt',
  'AlterSystemStmt',
  'CreateTableSpaceStmt',
  'DropTableSpaceStmt',
  'CreatePublicationStmt',
  'AlterPublicationStmt',
  'CreateSubscriptionStmt',
  'AlterSubscriptionStmt',
  'DropSubscriptionStmt',
]);
/** Of settings, where names are looked for is all that concerns a schema. */
const SETTING = 'VariableSetStmt';
/** Who owns a table, and who may see its rows: the twin knows no roles. */
const LEFT_OUT_CHANGES = new Set([
  'AT_ChangeOwner',
  'AT_EnableRowSecurity',
  'AT_ForceRowSecurity',
  'AT_NoForceRowSecurity',
]);

interface Parsed {
  stmts?: { stmt: Record<string, unknown>; stmt_location?: number; stmt_len?: number }[];
}

export interface MigrationStatement {
  text: string;
  node: string;
}

/** @throws AppError migration_refused where it cannot be parsed */
export async function migrationStatements(sql: string): Promise<MigrationStatement[]> {
  await loadModule();
  let parsed: Parsed;
  try {
    parsed = parseSync(sql) as Parsed;
  } catch (error) {
    throw migrationRefused(error instanceof Error ? error.message : 'it cannot be parsed', error);
  }
  // Places are counted in bytes.
  const bytes = Buffer.from(sql, 'utf8');
  return (parsed.stmts ?? []).flatMap(({ stmt, stmt_location: start = 0, stmt_len: length }) => {
    const [[node, content] = []] = Object.entries(stmt);
    if (!node || isLeftOut(node, content)) return [];
    const end = length ? start + length : bytes.length;
    return [{ text: bytes.subarray(start, end).toString('utf8'), node }];
  });
}

function isLeftOut(node: string, content: unknown): boolean {
  if (LEFT_OUT.has(node)) return true;
  if (node === SETTING) return (content as { name?: string }).name !== 'search_path';
  if (node !== 'AlterTableStmt') return false;
  const { cmds = [] } = content as { cmds?: { AlterTableCmd?: { subtype?: string } }[] };
  return cmds.every(({ AlterTableCmd: one }) => LEFT_OUT_CHANGES.has(one?.subtype ?? ''));
}
