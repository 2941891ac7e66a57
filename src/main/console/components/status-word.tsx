// A state as a coloured point and a word: never the colour alone.
import type { ReactNode } from 'react';
import './status-word.css';

interface StatusWordProps {
  readonly tone: 'plain' | 'good' | 'warn' | 'bad';
  readonly children: ReactNode;
}

export function StatusWord({ tone, children }: StatusWordProps) {
  return (
    <span className="status-word" data-tone={tone}>
      {children}
    </span>
  );
}
