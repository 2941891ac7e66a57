import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ReviewCommandOptions, runReview } from '../../main/cli/review.ts';
import type { ChangeReport, ReviewReport } from '../../main/planner/review/schema.ts';
import { writeSnapshotFile } from '../../main/planner/snapshot/snapshot-file.ts';
import { market } from '../planner/plans/market-snapshot.ts';

const run = promisify(execFile);
const from = process.cwd();
let folder: string;

async function git(...parameters: string[]): Promise<void> {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  await run('git', [...who, ...parameters], { cwd: folder });
}

async function write(path: string, content: string): Promise<void> {
  await writeFile(join(folder, path), content);
}

const queries = (byCustomer: string) => `
-- name: orders.find
select id, total_cents from orders where id = $1;

-- name: orders.byStatus
select id from orders where status = $1 order by id limit 20;

-- name: orders.latest
select id from orders order by created_at desc limit 20;

-- name: orders.byCustomer
${byCustomer};
`;
const QUICK = 'select id, total_cents from orders where created_at > $1 order by created_at limit 20';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aquifer-review-'));
  await mkdir(join(folder, 'migrations'));
  await write('migrations/0001-first.sql', 'create table public.already_there (id bigint);');
  await write('queries.sql', queries(QUICK));
  await writeSnapshotFile(join(folder, 'aquifer.statistics.json'), market());
  await git('init', '-q', '-b', 'main');
  await git('add', '.');
  await git('commit', '-q', '-m', 'first');
  await git('checkout', '-q', '-b', 'change');
  process.chdir(folder);
});
afterEach(async () => {
  await git('checkout', '-q', '--', '.');
  await git('clean', '-q', '-f', '-d');
});
afterAll(async () => {
  process.chdir(from);
  await rm(folder, { recursive: true, force: true });
});

async function review<Report>(
  options: Partial<ReviewCommandOptions>,
): Promise<{ code: number; report: Report; page: string }> {
  let answer = { lines: [] as readonly string[], json: {} as Record<string, unknown> };
  const output = {
    progress: () => undefined,
    answer: (lines: readonly string[], json: Record<string, unknown>) => {
      answer = { lines, json };
    },
  };
  const code = await runReview(output, {
    ...{ queries: ['queries.sql'], failOn: 'worse', engine: 'auto', exact: false },
    ...{ plans: false, notes: false, showValues: false, json: false },
    ...options,
  });
  return { code, report: answer.json as unknown as Report, page: answer.lines.join('\n') };
}

const against = (options: Partial<ReviewCommandOptions> = {}) =>
  review<ChangeReport>({ against: 'main', migrations: 'migrations', ...options });

describe('aquifer review --against', { timeout: 60_000 }, () => {
  test('0 where nothing changed but the lines above a statement that has no name', async () => {
    const source = 'export const find = sql`select id from orders where id = 7`;\n';
    await write('source.ts', source);
    await git('add', 'source.ts');
    await git('commit', '-q', '-m', 'source');
    await git('branch', '-q', '-f', 'main');
    await write('source.ts', `\n\n${source}`);
    const { code, page, report } = await against({ queries: ['queries.sql', 'source.ts'] });
    expect(code).toBe(0);
    expect(report.totals).toMatchObject({ worse: 0, broken: 0, same: 5, new: 0, gone: 0 });
    expect(page).toMatch(/^Not worse: this branch at \w{7} against main at \w{7}: 5 as before\.$/m);
  });

  test('3 where a query becomes worse, and says why, and what cures it, in a comment', async () => {
    await write('queries.sql', queries('select id, total_cents from orders where customer_id = $1'));
    const { code, report } = await against({ markdown: 'comment.md' });
    expect(code).toBe(3);
    const [worst] = report.statements;
    expect(worst).toMatchObject({ name: 'orders.byCustomer', verdict: 'worse' });
    expect(worst?.findings[0]).toMatchObject({ kind: 'sequential_scan', cure: { isVerified: true } });
    const comment = await readFile('comment.md', 'utf8');
    expect(comment).toContain('| `orders.byCustomer` | worse |');
    expect(comment).toContain('create index concurrently orders_customer_id_idx');
    expect(comment).toContain('<details><summary>The plan now, and before</summary>');
  });

  test('3 where migrations take away what statements need; what they make better is told too', async () => {
    await write('migrations/0002-drop.sql', 'drop index public.orders_created_at_idx;');
    await write('migrations/0003-rename.sql', 'alter table public.orders rename column total_cents to total;');
    await write('migrations/0004-index.sql', 'create index on public.orders (status, id);');
    const { code, report } = await against();
    expect(code).toBe(3);
    expect(report.migrations).toEqual(['0002-drop.sql', '0003-rename.sql', '0004-index.sql']);
    const verdicts = report.statements.map(({ name, verdict }) => [name, verdict]);
    expect(verdicts).toEqual([
      ['orders.byCustomer', 'broken'],
      ['orders.find', 'broken'],
      ['orders.latest', 'worse'],
      ['orders.byStatus', 'better'],
    ]);
    expect(report.statements[0]?.sentence).toContain('"total_cents"');
    expect(report.statements[2]?.planBefore?.summary).toContain('orders_created_at_idx');
  });

  test('a new table is assumed to have rows, and a new statement over it is reviewed', async () => {
    await write(
      'migrations/0002-notes.sql',
      'create table public.notes (id bigint primary key, order_id bigint not null references public.orders, body text);',
    );
    await write(
      'queries.sql',
      `${queries(QUICK)}\n-- name: notes.ofOrder\nselect body from notes where order_id = $1;\n`,
    );
    const { code, report } = await against();
    expect(code).toBe(3);
    expect(report.assumptions).toContain(
      'public.notes is new: it is assumed to have 1 million rows, as public.orders has, and nothing is known of what they hold.',
    );
    expect(report.statements[0]).toMatchObject({ name: 'notes.ofOrder', verdict: 'new' });
    expect(report.statements[0]?.findings[0]?.cure.sql).toContain('(order_id)');
  });

  test('is refused where there is no such revision, and where that is an option of git', async () => {
    await expect(against({ against: 'nowhere' })).rejects.toMatchObject({
      ...{ code: 'git_refused', message: expect.stringContaining('no revision nowhere') },
    });
    await expect(against({ against: '--output=x' })).rejects.toMatchObject({ code: 'invalid_option' });
  });
});

describe('aquifer review', { timeout: 60_000 }, () => {
  test('reviews files with a statistics file, and ends with 3 where there is something severe', async () => {
    await write('queries.sql', queries('select id from orders where customer_id = $1'));
    const { code, page, report } = await review<ReviewReport>({ statistics: 'aquifer.statistics.json' });
    expect(code).toBe(3);
    expect(report.totals).toMatchObject({ statements: 4, planned: 4 });
    expect(page).toContain('orders.byCustomer');
    expect(page).toContain('create index concurrently orders_customer_id_idx on public.orders (customer_id);');
  });

  test('is refused without statements', async () => {
    await write('empty.sql', '-- nothing\n');
    const options = { statistics: 'aquifer.statistics.json', queries: ['empty.sql'] };
    await expect(review(options)).rejects.toMatchObject({ code: 'no_statements' });
  });
});
