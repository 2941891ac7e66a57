// An error as a person can use it: what happened, what it means, what to do, and the request id to copy.
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icon.tsx';
import { problemWords } from './problem-words.ts';
import './notice.css';

interface ProblemNoticeProps {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

export function ProblemNotice({ error, onRetry }: ProblemNoticeProps) {
  const words = problemWords(error);
  return (
    <div className="notice" data-tone="bad" role="alert">
      <Icon name="alert" />
      <div className="notice-body">
        <p className="notice-title">{words.title}</p>
        {words.advice && <p className="soft">{words.advice}</p>}
        {(words.requestId || (onRetry && words.canRetry)) && (
          <div className="notice-actions">
            {onRetry && words.canRetry && <Button onClick={onRetry}>Try again</Button>}
            {words.requestId && (
              <span className="notice-request">
                Request <code>{words.requestId}</code>
                <CopyButton text={words.requestId} label="Copy the request id" />
              </span>
            )}
          </div>
        )}
      </div>
    </div>
  );
}
