// Recovery codes, the one time they are shown: to be read, copied, saved as a file, and said to be kept.
import { useState } from 'react';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { useWords } from './use-words.ts';
import './factors.css';

interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly application: string;
  readonly email: string;
  readonly onKept: () => void;
}

export function RecoveryCodes({ codes, application, email, onKept }: RecoveryCodesProps) {
  const { say, date } = useWords();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(codes.join('\n'));
    setCopied(true);
  };
  const heading = say('codes.file', { application, email, date: date(new Date().toISOString()) });
  return (
    <div className="codes">
      <Notice tone="warn">{say('codes.text')}</Notice>
      <ol className="codes-list" aria-label={say('codes.list')} dir="ltr">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="codes-actions">
        <Button icon={isCopied ? 'check' : 'copy'} onClick={() => void copy()}>
          <span role="status">{isCopied ? say('common.copied') : say('codes.copy')}</span>
        </Button>
        <Button icon="download" onClick={() => saveAsFile(`${heading}\n\n${codes.join('\n')}\n`, application)}>
          {say('codes.download')}
        </Button>
      </div>
      <Button weight="primary" onClick={onKept}>
        {say('codes.kept')}
      </Button>
    </div>
  );
}

/** By a link to what is in memory: the codes go nowhere but into the file. */
function saveAsFile(text: string, application: string): void {
  const link = document.createElement('a');
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  link.href = address;
  link.download = `${application.replaceAll(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}-recovery-codes.txt`;
  link.click();
  URL.revokeObjectURL(address);
}
