// What the palette can do in the planner: begin a run of each kind, and go to the pages that stand behind a tab.
import type { RunKind } from '../../client/index.ts';
import { api } from '../api.ts';
import type { IconName } from '../components/icon.tsx';
import { sayProblem } from '../components/notify.ts';
import { queryClient } from '../shell/query-client.ts';
import { plannerKey } from './planner.ts';

type PlannerPage =
  | '/planner/review'
  | '/planner/indexes'
  | '/planner/indexes/ledger'
  | '/planner/forecast'
  | '/planner/forecast/sizing';

export interface PlannerAction {
  readonly icon: IconName;
  readonly label: string;
  /** The page that shows what it does. */
  readonly to: PlannerPage;
  readonly begins?: RunKind;
}

export const plannerActions: readonly PlannerAction[] = [
  { icon: 'review', label: 'Review every statement', to: '/planner/review', begins: 'review' },
  { icon: 'sorted', label: 'Look for indexes', to: '/planner/indexes', begins: 'advice' },
  { icon: 'trend', label: 'Forecast every statement', to: '/planner/forecast', begins: 'forecast' },
  {
    icon: 'gauge',
    label: 'Look whether the machine is large enough',
    to: '/planner/forecast/sizing',
    begins: 'sizing',
  },
  { icon: 'list', label: 'Ledger of index advice', to: '/planner/indexes/ledger' },
];

/** Begins it where there is something to begin; a refusal is told. */
export async function beginRun({ begins: kind }: PlannerAction): Promise<void> {
  if (kind === undefined) return;
  await api.planner.startRun({ kind }).catch(sayProblem);
  await queryClient.invalidateQueries({ queryKey: plannerKey() });
}
