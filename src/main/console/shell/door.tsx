// The page in front of the console: one narrow column, nothing else.
import { type ReactNode, useEffect } from 'react';
import { Mark } from './mark.tsx';
import './door.css';

interface DoorProps {
  readonly title: string;
  readonly children: ReactNode;
}

export function Door({ title, children }: DoorProps) {
  useEffect(() => {
    document.title = title === 'Aquifer' ? title : `${title} · Aquifer`;
  }, [title]);
  return (
    <main className="door">
      <Mark />
      <h1>{title}</h1>
      {children}
    </main>
  );
}
