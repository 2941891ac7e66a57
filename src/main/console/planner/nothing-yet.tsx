// A page of the planner before its first run: what would stand here, and the button and the call that begin it.
import type { ReactNode } from 'react';
import type { RunKind } from '../../client/index.ts';
import { Button } from '../components/button.tsx';
import { CurlLine } from '../components/curl-line.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import type { IconName } from '../components/icon.tsx';
import type { RunOfPage } from './use-run.ts';

interface NothingYetProps {
  readonly run: RunOfPage;
  readonly kind: RunKind;
  readonly icon: IconName;
  readonly title: string;
  /** What the button does. */
  readonly verb: string;
  readonly children: ReactNode;
}

export function NothingYet({ run, kind, icon, title, verb, children }: NothingYetProps) {
  if (run.current) return <p className="soft">What it finds will stand here.</p>;
  return (
    <EmptyState
      icon={icon}
      title={title}
      action={
        <Button weight="primary" isBusy={run.isAsking} onClick={run.start}>
          {verb}
        </Button>
      }
      command={<CurlLine method="POST" path="/v1/planner/runs" body={{ kind }} />}
    >
      {children}
    </EmptyState>
  );
}
