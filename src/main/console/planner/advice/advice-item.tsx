// One piece of advice: the index, what it brings, what it costs, how sure that is, and the button that does it.
import { useState } from 'react';
import type { AdviceItem, CreateAdvice, DropAdvice } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { countWords, plural } from '../../components/number-words.ts';
import { Sentence } from '../../components/sentence.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { More } from '../more.tsx';
import { percentWords } from '../plan/plan-words.ts';
import {
  busyWords,
  byteWords,
  dropWords,
  indexWords,
  isCreate,
  savedWords,
  sureness,
  timesSign,
} from './advice-words.ts';
import { DropModal } from './drop-modal.tsx';
import { EffectTable } from './effect-table.tsx';
import { useAdvice } from './use-advice.ts';
import { WorkView } from './work-view.tsx';

export function AdviceItemView({ item }: { readonly item: AdviceItem }) {
  const { advice } = item;
  return (
    <article className="advice-body" id={`advice-${item.id}`} aria-label={indexWords(advice.index)}>
      <div className="advice-head">
        <div className="advice-words">
          <h3>
            <code>{isCreate(advice) ? indexWords(advice.index) : advice.index.name}</code>
          </h3>
          <p className="soft">
            <Sentence text={advice.sentence} />
          </p>
        </div>
        <Decide item={item} />
      </div>
      {item.work && <WorkView work={item.work} />}
      {isCreate(advice) ? <Gain advice={advice} /> : <Relief advice={advice} />}
      {isCreate(advice) && advice.statements.length > 0 && <EffectTable advice={advice} />}
      <Details advice={advice} />
    </article>
  );
}

function Decide({ item }: { readonly item: AdviceItem }) {
  const { apply, cancel, decline } = useAdvice(item);
  const [isAsked, setAsked] = useState(false);
  const { advice, state, work } = item;
  if (state === 'under_way') {
    return work?.state === 'running' ? (
      <Button isBusy={cancel.isPending} onClick={cancel.run}>
        Stop it
      </Button>
    ) : null;
  }
  const again = state === 'failed';
  return (
    <div className="advice-buttons">
      <Button weight="quiet" isBusy={decline.isPending} onClick={() => decline.mutate()}>
        Decline
      </Button>
      {isCreate(advice) ? (
        <Button isBusy={apply.isPending} onClick={() => apply.mutate()}>
          {again ? 'Try again' : 'Create it'}
        </Button>
      ) : (
        <Button onClick={() => setAsked(true)}>{again ? 'Try again' : 'Drop it'}</Button>
      )}
      {!isCreate(advice) && (
        <DropModal
          advice={isAsked ? advice : null}
          onClose={() => setAsked(false)}
          onDrop={() => {
            setAsked(false);
            apply.mutate();
          }}
        />
      )}
    </div>
  );
}

function Gain({ advice }: { readonly advice: CreateAdvice }) {
  const { benefit, confidence, index, moreStatements, statements, writes } = advice;
  const sure = sureness(confidence.level);
  const count = statements.filter(({ timesCheaper }) => timesCheaper > 1).length + moreStatements;
  return (
    <dl className="planner-figures">
      <Figure title="Speeds up" note={`up to ${timesSign(benefit.bestTimesCheaper)}`}>
        {plural(count, 'statement', 'statements')}
      </Figure>
      <Figure title="Saves" note={`${percentWords(benefit.shareOfWorkload)} of the cost of reading`}>
        {savedWords(advice)}
      </Figure>
      <Figure title="Takes" note={height(index.height)}>
        {byteWords(index.sizeBytes)}
      </Figure>
      <Figure title="Costs in writes" note={hotWords(writes.hotUpdatesLostPerDay)}>
        {writes.writesPerDay === 0 ? 'nothing' : `${countWords(Math.round(writes.writesPerDay))} a day`}
      </Figure>
      <Figure title="How sure">
        <StatusWord tone={sure.tone}>{sure.title}</StatusWord>
      </Figure>
    </dl>
  );
}

function height(levels: number | null): string {
  return levels === null ? '' : `${plural(levels + 1, 'level', 'levels')} deep`;
}

function hotWords(lost: number): string {
  return lost < 1 ? '' : `and ${countWords(Math.round(lost))} updates lose their shortcut`;
}

function Relief({ advice }: { readonly advice: DropAdvice }) {
  const { confidence, coveredBy, index, proof, reason, scans, writes } = advice;
  const sure = sureness(confidence.level);
  return (
    <dl className="planner-figures">
      <Figure title="Why" note={coveredBy ? <code>{coveredBy}</code> : undefined}>
        {dropWords(reason)}
      </Figure>
      <Figure title="Frees">{byteWords(index.sizeBytes)}</Figure>
      <Figure title="Spares in writes">
        {writes.writesPerDay === 0 ? 'nothing' : `${countWords(Math.round(writes.writesPerDay))} a day`}
      </Figure>
      <Figure
        title="Proven over"
        note={proof.worstRise > 0.001 ? `${percentWords(proof.worstRise)} dearer at worst` : 'none becomes dearer'}
      >
        {plural(proof.statementsChecked, 'statement', 'statements')}
      </Figure>
      <Figure title="How sure" note={scans === null ? '' : `${countWords(scans)} scans counted`}>
        <StatusWord tone={sure.tone}>{sure.title}</StatusWord>
      </Figure>
    </dl>
  );
}

interface FigureProps {
  readonly title: string;
  readonly note?: React.ReactNode;
  readonly children: React.ReactNode;
}

function Figure({ children, note, title }: FigureProps) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {children}
        {note && <span className="figure-note">{note}</span>}
      </dd>
    </div>
  );
}

function Details({ advice }: { readonly advice: CreateAdvice | DropAdvice }) {
  const { confidence, ddl, undoDdl, writes } = advice;
  return (
    <div className="advice-more">
      <CodeBlock text={ddl} label="Copy the DDL" />
      <More title="Why it is believed, and what it costs">
        <ul className="more-list">
          {confidence.reasons.map((reason) => (
            <li key={reason}>
              <Sentence text={reason} />
            </li>
          ))}
          <li>
            <Sentence text={writes.sentence} />
            {writes.bytesPerDay >= 1 && ` About ${byteWords(writes.bytesPerDay)} of index entries a day.`}
          </li>
          {isCreate(advice) && advice.benefit.millisecondsPerDay !== null && (
            <li>
              By what was measured, Postgres is busy {busyWords(advice.benefit.millisecondsPerDay)} less in a day.
            </li>
          )}
        </ul>
        <p className="small faint">What takes it back:</p>
        <CodeBlock text={undoDdl} label="Copy what takes it back" />
      </More>
    </div>
  );
}
