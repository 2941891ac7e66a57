// Copies a text and says that it did.
import { useState } from 'react';
import { useComponentWords } from './component-words.ts';
import { Icon } from './icon.tsx';
import './copy-button.css';

const SAID_FOR_MS = 1600;

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const { copied } = useComponentWords();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_FOR_MS);
  };
  return (
    <button type="button" className="copy-button" aria-label={label} title={label} onClick={copy}>
      <Icon name={isCopied ? 'check' : 'copy'} size={14} />
      <span className="only-for-screen-readers" role="status">
        {isCopied ? copied : ''}
      </span>
    </button>
  );
}
