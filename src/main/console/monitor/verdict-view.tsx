// A verdict whole: the sentence, what it rests on, who stands in whose way, and what can be done about it.
import type { Verdict, VerdictAction } from '../../client/index.ts';
import { CodeBlock } from '../components/code-block.tsx';
import { Moment } from '../components/moment.tsx';
import { Sentence } from '../components/sentence.tsx';
import { StatusWord } from '../components/status-word.tsx';
import { tenantWords } from './activity.ts';
import { kindWords } from './cause-words.ts';
import { LockTree } from './lock-tree.tsx';
import { TermList } from './term-list.tsx';
import './verdict-view.css';

interface VerdictViewProps {
  readonly verdict: Verdict;
  /** Offers to end the session of that pid, where one holds things up. */
  readonly onEnd?: (pid: number) => void;
  /** Left out where the actions stand elsewhere, with a button each. */
  readonly hasActions?: boolean;
}

export function VerdictView({ verdict, onEnd, hasActions = true }: VerdictViewProps) {
  const { actions, evidence, lockTree, statement } = verdict;
  return (
    <article className="verdict" data-open={verdict.closedAt === null || undefined}>
      <VerdictHead verdict={verdict} />
      {statement?.text && <CodeBlock text={statement.text} label="Copy the SQL" />}
      <div className="verdict-columns">
        <section>
          <h3>What it rests on</h3>
          <ul className="verdict-evidence">
            {evidence.map((sentence) => (
              <li key={sentence}>
                <Sentence text={sentence} />
              </li>
            ))}
          </ul>
          <PlanChange verdict={verdict} />
        </section>
        <section>
          <h3>Where the connections went</h3>
          <TermList terms={verdict.terms} />
        </section>
      </div>
      {lockTree && (
        <section>
          <h3>Who stands in whose way</h3>
          <LockTree root={lockTree} onEnd={onEnd} />
        </section>
      )}
      {hasActions && actions.length > 0 && (
        <section>
          <h3>What can be done</h3>
          <ul className="verdict-actions">
            {actions.map((action) => (
              <Action key={action.sentence} action={action} />
            ))}
          </ul>
        </section>
      )}
    </article>
  );
}

function VerdictHead({ verdict }: Pick<VerdictViewProps, 'verdict'>) {
  const { caller, closedAt, detectedAt, kind, sentence } = verdict;
  const isOpen = closedAt === null;
  return (
    <header className="verdict-head">
      <p className="verdict-kind">
        <StatusWord tone={isOpen ? 'bad' : 'plain'}>{kindWords(kind).title}</StatusWord>
        <span className="faint small">
          seen <Moment at={detectedAt} />
          {namedWords(verdict)}
          {closedAt && (
            <>
              , over <Moment at={closedAt} />
            </>
          )}
        </span>
      </p>
      <h2 aria-live={isOpen ? 'polite' : undefined}>
        <Sentence text={sentence} />
      </h2>
      <p className="soft">{callerWords(caller)}</p>
    </header>
  );
}

function namedWords({ detectedAt, namedAt }: Verdict): string {
  const seconds = (Date.parse(namedAt) - Date.parse(detectedAt)) / 1000;
  return Number.isFinite(seconds) ? `, named ${seconds.toFixed(1)} s later` : '';
}

function callerWords({ application, routes, tenants }: Verdict['caller']): string {
  const share = (part: number) => `${Math.round(part * 100)} %`;
  const parts = [
    ...routes.slice(0, 3).map(({ route, share: part }) => `${route} (${share(part)})`),
    ...tenants.slice(0, 2).map(({ tenant, share: part }) => `${tenantWords(tenant)} (${share(part)})`),
  ];
  if (application) parts.push(`the program ${application}`);
  return parts.length === 0 ? '' : `Called by ${parts.join(', ')}.`;
}

function PlanChange({ verdict: { plan } }: Pick<VerdictViewProps, 'verdict'>) {
  if (!plan) return null;
  return (
    <dl className="verdict-plan">
      {plan.before ? (
        <>
          <dt>Plan before</dt>
          <dd>
            <code>{plan.before}</code>
          </dd>
          <dt>Plan now</dt>
          <dd>
            <code>{plan.after ?? plan.summary}</code>
          </dd>
        </>
      ) : (
        <>
          <dt>Plan</dt>
          <dd>
            <code>{plan.summary}</code>
          </dd>
        </>
      )}
    </dl>
  );
}

function Action({ action }: { readonly action: VerdictAction }) {
  return (
    <li>
      <p>
        <Sentence text={action.sentence} />
      </p>
      {action.detail && <CodeBlock text={action.detail} />}
    </li>
  );
}
