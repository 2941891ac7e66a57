// The head of one part of the account: what it is for, and the focus when one comes to it.
import { type ReactNode, useEffect, useRef } from 'react';
import { useWords } from '../use-words.ts';
import type { AccountPart } from './parts.ts';

interface PartFrameProps {
  readonly part: AccountPart;
  /** False when the page has only just been opened: then the focus stays where the browser puts it. */
  readonly takesFocus: boolean;
  readonly children: ReactNode;
}

export function PartFrame({ part, takesFocus, children }: PartFrameProps) {
  const { say } = useWords();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!takesFocus) return;
    title.current?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }, [takesFocus]);
  return (
    <section className="account-part">
      <header>
        <h2 ref={title} tabIndex={-1}>
          {say(`account.part.${part}`)}
        </h2>
        <p className="soft">{say(`account.about.${part}`)}</p>
      </header>
      {children}
    </section>
  );
}
