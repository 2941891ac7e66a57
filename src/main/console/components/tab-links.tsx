// The pages of one area, beneath its title: links, so that each has an address of its own.
import { Link, type LinkProps } from '@tanstack/react-router';
import './tab-links.css';

export interface TabLink {
  readonly to: NonNullable<LinkProps['to']>;
  readonly label: string;
}

export function TabLinks({ label, links }: { readonly label: string; readonly links: readonly TabLink[] }) {
  return (
    <nav className="tab-links" aria-label={label}>
      {links.map((link) => (
        <Link key={link.to} to={link.to} activeOptions={{ exact: true, includeSearch: false }}>
          {link.label}
        </Link>
      ))}
    </nav>
  );
}
