// An error as a person can use it: what happened, what it means, what to do, and the request id to copy.
import { isDismissed } from '../hosted/step-up-dismissed.ts';
import { Button } from './button.tsx';
import { useComponentWords } from './component-words.ts';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icon.tsx';
import './notice.css';

interface ProblemNoticeProps {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

export function ProblemNotice({ error, onRetry }: ProblemNoticeProps) {
  const said = useComponentWords();
  // Who put a question for a fresh proof away knows that nothing was done.
  if (isDismissed(error)) return null;
  const words = said.problem(error);
  return (
    <div className="notice" data-tone="bad" role="alert">
      <Icon name="alert" />
      <div className="notice-body">
        <p className="notice-title">{words.title}</p>
        {words.advice && <p className="soft">{words.advice}</p>}
        {(words.requestId || (onRetry && words.canRetry)) && (
          <div className="notice-actions">
            {onRetry && words.canRetry && <Button onClick={onRetry}>{said.tryAgain}</Button>}
            {words.requestId && (
              <span className="notice-request">
                {said.request} <code>{words.requestId}</code>
                <CopyButton text={words.requestId} label={said.copyRequestId} />
              </span>
            )}
          </div>
        )}
      </div>
    </div>
  );
}
