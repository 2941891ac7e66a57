// The frame of a hosted page: the application's face above, one narrow column, a tiny line below.
import { type ReactNode, useEffect } from 'react';
import type { Settings } from '../../client/index.ts';
import { addressOf, followLink, type HostedPage } from './address.ts';
import { wishedNext } from './next.ts';

interface PageProps {
  readonly settings: Settings;
  readonly title: string;
  readonly children: ReactNode;
}

export function Page({ settings, title, children }: PageProps) {
  const { name, logoUrl } = settings.application;
  useEffect(() => {
    document.title = `${title} · ${name}`;
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon && logoUrl !== null) icon.href = logoUrl;
  }, [title, name, logoUrl]);
  return (
    <div className="page-sheet">
      <main className="page">
        <p className="page-brand">{logoUrl === null ? name : <img src={logoUrl} alt={name} />}</p>
        <h1>{title}</h1>
        {children}
      </main>
      <footer className="page-foot">Accounts by Aquifer</footer>
    </div>
  );
}

/** A link to another hosted page; it remembers where the visitor wants to go. */
export function PageLink({ to, children }: { readonly to: HostedPage; readonly children: ReactNode }) {
  return (
    <a href={addressOf(to, wishedNext())} onClick={followLink}>
      {children}
    </a>
  );
}
