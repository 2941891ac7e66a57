/** The planner: the twin's public face in the server. */

export type { PlannerAnswers } from './routes.ts';
export { plannerRoutes } from './routes.ts';
