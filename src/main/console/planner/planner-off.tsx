// Where the planner is switched off: said on each of its pages, since nothing on them will become newer.
import { useQuery } from '@tanstack/react-query';
import { Notice } from '../components/notice.tsx';
import { plannerOverviewQuery } from './planner.ts';

export function PlannerOff() {
  const { data } = useQuery(plannerOverviewQuery());
  if (data?.isOn !== false) return null;
  return (
    <Notice title="The planner is switched off">
      No snapshot is taken and nothing is planned until the server starts without <code>AQUIFER_PLANNER=false</code>.
      What stands here is from before.
    </Notice>
  );
}
