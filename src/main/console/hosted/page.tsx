// The frame of a hosted page: the application's face above, one narrow column, a quiet line with the language below.
import { type ReactNode, useEffect, useRef } from 'react';
import type { Settings } from '../../client/index.ts';
import { addressOf, followLink, type HostedPage } from './address.ts';
import { LanguagePicker } from './language-picker.tsx';
import { wishedNext } from './next.ts';
import { useWords } from './use-words.ts';

interface PageProps {
  readonly settings: Settings;
  readonly title: string;
  /** A step of the same page: when it changes, the heading is read out and what was there makes way. */
  readonly step?: string;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

export function Page({ settings, title, step = 'start', isWide = false, children }: PageProps) {
  const { name, logoUrl } = settings.application;
  const { say } = useWords();
  const heading = useArrival(step);
  useEffect(() => {
    document.title = title.includes(name) ? title : `${title} · ${name}`;
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon && logoUrl !== null) icon.href = logoUrl;
  }, [title, name, logoUrl]);
  return (
    <div className="page-sheet">
      <main className="page" data-wide={isWide || undefined}>
        <p className="page-brand">{logoUrl === null ? <bdi>{name}</bdi> : <img src={logoUrl} alt={name} />}</p>
        <div key={step} className="page-step">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {children}
        </div>
      </main>
      <footer className="page-foot">
        <LanguagePicker />
        <span>{say('common.madeWith')}</span>
      </footer>
    </div>
  );
}

/** Whether a page was shown before this one: the first does not take the focus from the browser. */
let hasArrived = false;

/** Moves the focus to the heading of each new step, unless something in the step asks for it itself. */
function useArrival(step: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const isInStep = heading.current?.parentElement?.contains(document.activeElement) ?? false;
    if (hasArrived && !isInStep) heading.current?.focus({ preventScroll: true });
    hasArrived = true;
  }, [step]);
  return heading;
}

/** A link to another hosted page; it remembers where the visitor wants to go. */
export function PageLink({ to, children }: { readonly to: HostedPage; readonly children: ReactNode }) {
  return (
    <a href={addressOf(to, wishedNext())} onClick={followLink}>
      {children}
    </a>
  );
}
