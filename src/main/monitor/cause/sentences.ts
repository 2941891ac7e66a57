/**
 * A finding in words: one sentence that a tired person understands, what it rests on with figures, and what can be done. No
 * constant of any statement gets into any of it: texts are shapes, of plans only names of steps, tables and columns are told.
 */

import type { Finding } from './finding.ts';
import { fixAction, holderOf, lockActions, lockEvidence, lockSentence } from './lock-words.ts';
import type { Picture, StatementPicture } from './picture.ts';
import type { Holder, PlanFinding, Verdict, VerdictAction } from './schema.ts';
import {
  callersOf,
  countWords,
  durationWords,
  fromWords,
  listWords,
  rateWords,
  statementWords,
  timesWords,
} from './words.ts';

/** What a verdict says, without when it was said. */
export type VerdictBody = Omit<Verdict, 'id' | 'detectedAt' | 'namedAt' | 'closedAt'>;

export interface Teller {
  picture: Picture;
  textOf: (statement: string) => string | null;
  /** How late our own timers ran, at most, in milliseconds. */
  loopDelayMs: number;
  cores: number | null;
}

interface Told {
  sentence: string;
  evidence: string[];
  actions: VerdictAction[];
}

export function tellFinding(finding: Finding, teller: Teller): VerdictBody {
  const { culprit, kind, leases, tree } = finding;
  const holder = tree ? holderOf(tree) : heldBy(finding, teller.picture);
  const application = holder && !holder.isOurs && holder.applicationName !== '' ? holder.applicationName : null;
  const caller = callersOf(leases, application);
  const who = culprit ? statementWords(culprit.statement, teller.textOf(culprit.statement)) : 'no single statement';
  const told = tell({ finding, teller, holder, who, from: fromWords(caller) });
  return {
    ...{ kind, confidence: finding.confidence, caller, holder, terms: teller.picture.terms },
    ...told,
    evidence: [...told.evidence, ...speedEvidence(culprit)],
    statement: culprit ? { name: culprit.statement, text: teller.textOf(culprit.statement) } : null,
    lockTree: tree?.root ?? null,
    plan: planOf(finding),
  };
}

interface Telling {
  finding: Finding;
  teller: Teller;
  holder: Holder | null;
  who: string;
  from: string;
}

function tell(telling: Telling): Told {
  switch (telling.finding.kind) {
    case 'missing_index':
      return tellMissingIndex(telling);
    case 'plan_changed':
      return tellPlanChanged(telling);
    case 'slow_statement':
      return tellSlowStatement(telling);
    case 'volume_surge':
      return tellSurge(telling);
    case 'idle_in_transaction':
    case 'leak':
      return tellIdle(telling);
    case 'connect_storm':
      return tellConnectStorm(telling);
    case 'server_slow':
      return tellServerSlow(telling);
    default:
      return tellLock(telling);
  }
}

function tellLock({ finding: { leases, tree }, from, holder, who }: Telling): Told {
  if (!tree || !holder) return { sentence: 'Statements wait for a lock.', evidence: [], actions: [] };
  const count = leases.length === 1 ? `one of ${who}` : `${leases.length} of ${who}`;
  return {
    sentence: lockSentence(tree, holder, `${count}${from}`),
    evidence: lockEvidence(tree, holder),
    actions: lockActions(tree, holder),
  };
}

function tellMissingIndex({ finding: { culprit, inquiry }, from, who }: Telling): Told {
  const scan = inquiry?.now.scan;
  if (!scan?.filter) return { sentence: `${who}${from} reads a whole table.`, evidence: [], actions: [] };
  const { columns, expression } = scan.filter;
  const over = expression ?? listWords(columns);
  const why =
    over === '' ? 'because no index serves its condition' : `because ${scan.relation} has no index on ${over}`;
  const sentence = `${who}${from} reads ${countWords(scan.rows)} rows each time ${why}; ${loadWords(culprit)}.`;
  const evidence = [
    `Its plan: ${inquiry?.now.summary}.`,
    `Of about ${countWords(scan.rows)} rows of ${scan.relation}, about ${countWords(scan.rowsKept)} pass the condition.`,
  ];
  const actions: VerdictAction[] = [];
  if (scan.indexSql) {
    const constants = scan.indexSql.includes('?') ? ' Put the constants of the statement in place of each ?.' : '';
    actions.push({
      kind: 'create_index',
      sentence: `Create the index that it lacks.${constants}`,
      detail: scan.indexSql,
    });
  }
  actions.push({
    kind: 'cap_statement',
    sentence: 'Until then the lane bulk keeps it from holding more than its share.',
  });
  return { sentence, evidence, actions };
}

function tellPlanChanged({ finding: { culprit, inquiry }, from, who }: Telling): Told {
  const { before, now } = inquiry ?? {};
  const analyzed = now?.analyzedAt ? ` The statistics of its tables were taken last at ${now.analyzedAt}.` : '';
  return {
    sentence: `Postgres now runs ${who}${from} by another plan than before, and it takes ${timesWords(culprit?.slowdown ?? 1)} as long; ${loadWords(culprit)}.${analyzed}`,
    evidence: [`Before: ${before?.summary}.`, `Now: ${now?.summary}.`],
    actions: [
      fixAction(
        'Take the statistics again, with a larger sample for the columns of its conditions, or state their dependence.',
      ),
      ...(now?.scan ? [statisticsAction(now.scan.relation, now.scan.filter?.columns ?? [])] : []),
    ],
  };
}

function statisticsAction(relation: string, [column]: readonly string[]): VerdictAction {
  const target = column === undefined ? '' : `alter table ${relation} alter column ${column} set statistics 1000; `;
  return { kind: 'fix_code', sentence: 'For example:', detail: `${target}analyze ${relation}` };
}

const waitMeanings: readonly (readonly [RegExp, string])[] = [
  [/^Timeout:PgSleep$/, 'sleeps inside of Postgres (pg_sleep)'],
  [/^IO:/, 'waits for the disk'],
  [/^Client:/, 'waits for us to read its rows'],
  [/^LWLock:/, 'waits for others inside of Postgres'],
  [/^Extension:/, 'waits inside of an extension'],
];

function tellSlowStatement({ finding: { confidence, culprit, inquiry, waitEvent }, from, who }: Telling): Told {
  const meaning = waitMeanings.find(([pattern]) => waitEvent !== undefined && pattern.test(waitEvent))?.[1];
  const does = meaning ?? 'takes long by itself';
  const evidence = inquiry ? [`Its plan: ${inquiry.now.summary}.`] : [];
  if (waitEvent) evidence.push(`Its backends wait for ${waitEvent}.`);
  const scan = inquiry?.now.scan;
  if (scan) evidence.push(`It reads about ${countWords(scan.rows)} rows of ${scan.relation}.`);
  if (confidence === 'likely') evidence.push('Its plan could not be asked for.');
  return {
    sentence: `${who}${from} ${does} and holds its connection meanwhile; ${loadWords(culprit)}.`,
    evidence,
    actions: [
      fixAction('Let it do less in one call, run it less often, or move it to the lane background.'),
      { kind: 'cap_statement', sentence: 'Until then the lane bulk keeps it from holding more than its share.' },
    ],
  };
}

/** Whoever is not logged in is known by the address alone. */
function callerWords(tenant: string): string {
  return tenant.startsWith('ip:') ? `The address ${tenant.slice(3)}` : `The user ${tenant}`;
}

function tellSurge({ finding: { culprit, surge }, from, who }: Telling): Told {
  const { route, tenant } = surge ?? {};
  const steep = tenant ?? route;
  const subject = tenant ? callerWords(tenant.name) : route ? `The route ${route.name}` : 'Callers together';
  const rate = steep
    ? `${rateWords(steep.callsPerSecond)}, usually ${rateWords(steep.usualPerSecond)}`
    : rateWords(culprit?.callsPerSecond ?? 0);
  const evidence = [tenant, route].flatMap((rise) =>
    rise ? [`${Math.round(rise.share * 100)} % of the added calls come from ${rise.name}.`] : [],
  );
  const by = tenant && route ? ` by ${route.name}` : tenant ? from : '';
  return {
    sentence: `${subject} ${steep ? 'asks' : 'ask'} much more often than usual${by}: ${rate}; most of it is ${who}.`,
    evidence,
    actions: [
      {
        kind: 'cap_statement',
        sentence: 'The share of one user in each lane is bounded; lower it where that is not enough.',
      },
      fixAction('Find out why it asks so often: a loop, a retry without a pause, a cache that is gone.'),
    ],
  };
}

function tellIdle({ finding: { kind, leases }, from, holder, teller, who }: Telling): Told {
  const oldestMs = Math.max(0, ...leases.map(({ statementAtMs }) => teller.picture.nowMs - statementAtMs));
  const count = leases.length === 1 ? 'One connection' : `${leases.length} connections`;
  const has = leases.length === 1 ? 'is' : 'are';
  const evidence = [`The longest has run nothing for ${durationWords(oldestMs)} (pid ${holder?.pid}).`];
  if (kind === 'leak') {
    return {
      sentence: `${count}${from} ${has} taken and not given back: held outside of any transaction, running nothing since ${who}.`,
      evidence,
      actions: [
        fixAction(
          'Give every client back in a finally, also when something throws between pool.connect() and client.release().',
        ),
        { kind: 'switch_rule', sentence: 'Switch on the rule that takes back connections which nobody uses.' },
      ],
    };
  }
  return {
    sentence: `${count}${from} ${has} held by open transactions in which nothing runs; the last was ${who}.`,
    evidence,
    actions: [
      fixAction(
        'Do what takes long (calls of other servers, mail, hashing) before the transaction begins or after it has ended.',
      ),
      { kind: 'switch_rule', sentence: 'Switch on the rule that ends transactions of ours which sit idle.' },
    ],
  };
}

function tellConnectStorm({ finding: { connectFailure } }: Telling): Told {
  return {
    sentence: 'Postgres refuses new connections: all that it may have are taken.',
    evidence: [`${countWords(connectFailure?.count ?? 0)} attempts failed within the last seconds (53300).`],
    actions: [
      fixAction(
        'Lower AQUIFER_POOL_MAX or the pools of the other programs, until together they stay below max_connections.',
      ),
    ],
  };
}

function tellServerSlow({ finding: { activeOnCpu, connectFailure }, teller }: Telling): Told {
  if (connectFailure) {
    return {
      sentence: 'Postgres does not answer: new connections to it fail.',
      evidence: [
        `${countWords(connectFailure.count)} attempts failed within the last seconds (${connectFailure.code}).`,
      ],
      actions: [{ kind: 'none', sentence: 'Look whether Postgres runs, and whether the network between is there.' }],
    };
  }
  const { factor, known, slower } = teller.picture.general;
  const evidence = [
    `${slower} of ${known} statements that are known take longer than usual, ${timesWords(factor)} together.`,
  ];
  evidence.push('None of them is called more often, and none stands out.');
  if (activeOnCpu !== undefined) {
    const cores = teller.cores === null ? '' : ` on ${teller.cores} cores`;
    const isOutside = activeOnCpu <= (teller.cores ?? activeOnCpu);
    const where = isOutside ? 'what takes it is outside of Postgres' : 'Postgres itself has more to do than it can';
    evidence.push(`${activeOnCpu} sessions of Postgres want a processor${cores}: ${where}.`);
  }
  if (teller.loopDelayMs >= 50)
    evidence.push(`This process, too, ran up to ${durationWords(teller.loopDelayMs)} late.`);
  return {
    sentence: `All of Postgres is slow: its statements take ${timesWords(factor)} as long as usual, and no one of them is the cause. Its processors, disk or network are taken by something else.`,
    evidence,
    actions: [
      {
        kind: 'none',
        sentence: 'Look at what else runs on the machine of Postgres: a backup, a neighbour, a throttled disk.',
      },
    ],
  };
}

const HARDLY_PER_SECOND = 0.5;

/** "4.1 calls a second, 3.9 s each". */
function loadWords(culprit: StatementPicture | undefined): string {
  if (!culprit) return 'often';
  const each = `${durationWords(culprit.typicalMs)} each`;
  // While one that takes seconds runs alone, hardly any begins: the rate would belittle it.
  return culprit.callsPerSecond < HARDLY_PER_SECOND ? each : `${rateWords(culprit.callsPerSecond)}, ${each}`;
}

function speedEvidence(culprit: StatementPicture | undefined): string[] {
  if (!culprit) return [];
  const held = Object.values(culprit.leases).reduce((sum, leases) => sum + leases.length, 0);
  const holds = held === 1 ? 'It holds one connection' : `It holds ${held} connections`;
  if (!culprit.usual) return [`${holds} at this moment. It was hardly seen before.`];
  const { callsPerSecond, typicalMs } = culprit.usual;
  return [`${holds} at this moment. Usual are ${rateWords(callsPerSecond)}, ${durationWords(typicalMs)} each.`];
}

function heldBy({ culprit, kind, leases }: Finding, { nowMs, stateOf }: Picture): Holder | null {
  const [oldest] = [...leases].sort((a, b) => a.statementAtMs - b.statementAtMs);
  if (!oldest || kind === 'volume_surge' || !culprit) return null;
  const states = {
    ...{ running: 'active', lockWait: 'active', idleInTransaction: 'idle in transaction', idleOutside: 'idle' },
  };
  return {
    pid: oldest.pid,
    state: states[stateOf(oldest)],
    forMs: Math.round(nowMs - oldest.statementAtMs),
    applicationName: '',
    userName: null,
    statement: oldest.statement,
    route: oldest.origin?.route ?? null,
    isOurs: true,
  };
}

function planOf({ inquiry, kind }: Finding): PlanFinding | null {
  if (!inquiry) return null;
  const { analyzedAt, scan, summary } = inquiry.now;
  const isChange = kind === 'plan_changed';
  return {
    ...{ summary, analyzedAt, relation: scan?.relation ?? null, rows: scan?.rows ?? null },
    filterColumns: scan?.filter?.columns ?? [],
    before: isChange ? (inquiry.before?.summary ?? null) : null,
    after: isChange ? summary : null,
  };
}
