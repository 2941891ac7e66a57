// SQL or another text to run, set apart and ready to copy.
import { CopyButton } from './copy-button.tsx';
import './code-block.css';

export function CodeBlock({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  return (
    <div className="code-block">
      <pre>{text}</pre>
      <CopyButton text={text} label={label} />
    </div>
  );
}
