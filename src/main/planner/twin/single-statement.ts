/** Whether a text is one statement, and of which kind, by Postgres's own parser. */

import { loadModule, parseSync } from 'libpg-query';

let loading: Promise<void> | undefined;

/** What the parser calls each statement of a text: `SelectStmt`; nothing where the text cannot be parsed. */
export async function statementNodes(text: string): Promise<string[] | undefined> {
  loading ??= loadModule();
  await loading;
  try {
    const { stmts = [] } = parseSync(text) as { stmts?: { stmt?: object }[] };
    return stmts.map(({ stmt }) => Object.keys(stmt ?? {})[0] ?? '');
  } catch {
    return undefined;
  }
}

export async function isOneOf(text: string, nodes: readonly string[]): Promise<boolean> {
  const found = await statementNodes(text);
  return found?.length === 1 && nodes.includes(found[0] ?? '');
}
