// One finding: what is wrong, what cures it and by how much, the SQL to copy, and the way to try it further.
import { useNavigate } from '@tanstack/react-router';
import type { Cure, Finding, ReviewedStatement } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { Notice } from '../../components/notice.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { byteWords } from '../advice/advice-words.ts';
import { figureWords, timesWords } from '../plan/plan-words.ts';
import { keepDraft } from '../what-if/draft.ts';
import { bindingWords, concernWords, gravityWords } from './review-words.ts';

interface FindingViewProps {
  readonly finding: Finding;
  readonly statement: ReviewedStatement;
}

export function FindingView({ finding, statement }: FindingViewProps) {
  const { binding, cure, justification, kind, sentence, severity } = finding;
  return (
    <>
      <div className="finding-head">
        <h3>{concernWords(kind)}</h3>
        <StatusWord tone={justification ? 'plain' : gravityWords(severity).tone}>
          {justification ? 'Answered for' : gravityWords(severity).title}
        </StatusWord>
        {binding && binding !== 'none' && <span className="faint small">worst for {bindingWords([binding])}</span>}
      </div>
      <p className="finding-words">
        <Sentence text={sentence} />
      </p>
      {justification && (
        <p className="finding-words soft">
          Accepted, as the statement declares: <q>{justification}</q>
        </p>
      )}
      <CureView cure={cure} statement={statement} />
    </>
  );
}

function CureView({ cure, statement }: { readonly cure: Cure; readonly statement: ReviewedStatement }) {
  const { caution, kind, needsIndex, sentence, sql } = cure;
  return (
    <div className="cure">
      <p className="finding-words">
        <Sentence text={sentence} />
      </p>
      <Gain cure={cure} />
      {sql && <CodeBlock text={sql} label={kind === 'index' ? 'Copy the DDL' : 'Copy the statement'} />}
      {needsIndex && (
        <>
          <p className="small faint">It needs this index:</p>
          <CodeBlock text={needsIndex} label="Copy the DDL" />
        </>
      )}
      {caution && (
        <Notice tone="warn">
          <Sentence text={caution} />
        </Notice>
      )}
      {sql && kind !== 'advice' && <TryIt cure={cure} statement={statement} />}
    </div>
  );
}

function Gain({ cure: { costAfter, costBefore, isVerified, sizeBytes } }: { readonly cure: Cure }) {
  if (costBefore === null || costAfter === null) return null;
  return (
    <p>
      <span className="cure-gain">{timesWords(costBefore, costAfter)}</span>
      <span className="soft">
        {' '}
        in the twin, {figureWords(costBefore)} to {figureWords(costAfter)}
        {sizeBytes !== null && `, for ${byteWords(sizeBytes)}`}
        {!isVerified && '; not proven'}
      </span>
    </p>
  );
}

/** Takes the cure to the page where one can change it and look again. */
function TryIt({ cure, statement }: { readonly cure: Cure; readonly statement: ReviewedStatement }) {
  const navigate = useNavigate();
  const isIndex = cure.kind === 'index';
  const indexes = [isIndex ? cure.sql : null, cure.needsIndex].filter((ddl) => ddl !== null);
  const open = () => {
    keepDraft({ text: (isIndex ? statement.text : (cure.sql ?? statement.text)).trim(), params: [], indexes });
    void navigate({ to: '/planner/what-if' });
  };
  return (
    <div className="finding-actions">
      <Button icon="flask" onClick={open}>
        Try it
      </Button>
    </div>
  );
}
