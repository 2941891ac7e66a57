// The console's addresses. Each screen is loaded when it is first visited.
import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { readAuditSearch } from '../accounts/audit-trail/audit.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { safeNext } from '../components/safe-next.ts';
import { readQueriesSearch } from '../monitor/queries/query-spans.ts';
import { readForecastSearch } from '../planner/forecast/forecast-search.ts';
import { readReviewSearch } from '../planner/review/arrange-review.ts';
import { readSnapshotsSearch } from '../planner/snapshots/snapshot-span.ts';
import { Door } from './door.tsx';
import { Frame } from './frame.tsx';
import { WallFrame } from './wall-frame.tsx';

const root = createRootRoute({ component: Outlet });

const logIn = createRoute({
  getParentRoute: () => root,
  path: '/log-in',
  validateSearch: (search: Record<string, unknown>) => {
    const next = safeNext(search.next);
    return next === null ? {} : { next };
  },
  component: lazyRouteComponent(() => import('./log-in-screen.tsx'), 'LogInScreen'),
});

const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./set-up-screen.tsx'), 'SetUpScreen'),
});

const frame = createRoute({ getParentRoute: () => root, id: 'frame', component: Frame });

const wall = createRoute({ getParentRoute: () => root, id: 'wall', component: WallFrame });

const live = createRoute({
  getParentRoute: () => wall,
  path: '/live',
  component: lazyRouteComponent(() => import('../monitor/live-screen.tsx'), 'LiveScreen'),
});

const overview = createRoute({
  getParentRoute: () => frame,
  path: '/',
  component: lazyRouteComponent(() => import('../monitor/overview-screen.tsx'), 'OverviewScreen'),
});

const rules = createRoute({
  getParentRoute: () => frame,
  path: '/rules',
  component: lazyRouteComponent(() => import('../monitor/rules-screen.tsx'), 'RulesScreen'),
});

const activity = createRoute({
  getParentRoute: () => frame,
  path: '/activity',
  component: lazyRouteComponent(() => import('../monitor/activity-screen.tsx'), 'ActivityScreen'),
});

const pool = createRoute({
  getParentRoute: () => frame,
  path: '/pool',
  component: lazyRouteComponent(() => import('../monitor/pool-screen.tsx'), 'PoolScreen'),
});

const cause = createRoute({
  getParentRoute: () => frame,
  path: '/cause',
  component: lazyRouteComponent(() => import('../monitor/cause-screen.tsx'), 'CauseScreen'),
});

const queries = createRoute({
  getParentRoute: () => frame,
  path: '/queries',
  validateSearch: readQueriesSearch,
  component: lazyRouteComponent(() => import('../monitor/queries/queries-screen.tsx'), 'QueriesScreen'),
});

const query = createRoute({
  getParentRoute: () => frame,
  path: '/queries/$queryId',
  validateSearch: readQueriesSearch,
  component: lazyRouteComponent(() => import('../monitor/queries/query-screen.tsx'), 'QueryScreen'),
});

const tables = createRoute({
  getParentRoute: () => frame,
  path: '/tables',
  component: lazyRouteComponent(() => import('../monitor/tables/tables-screen.tsx'), 'TablesScreen'),
});

const indexes = createRoute({
  getParentRoute: () => frame,
  path: '/tables/indexes',
  component: lazyRouteComponent(() => import('../monitor/tables/indexes-screen.tsx'), 'IndexesScreen'),
});

const incidents = createRoute({
  getParentRoute: () => frame,
  path: '/incidents',
  component: lazyRouteComponent(() => import('../monitor/incidents/incidents-screen.tsx'), 'IncidentsScreen'),
});

const incident = createRoute({
  getParentRoute: () => frame,
  path: '/incidents/$incidentId',
  component: lazyRouteComponent(() => import('../monitor/incidents/incident-screen.tsx'), 'IncidentScreen'),
});

const postmortem = createRoute({
  getParentRoute: () => frame,
  path: '/incidents/$incidentId/postmortem',
  validateSearch: (search: Record<string, unknown>): { version?: number } =>
    typeof search.version === 'number' ? { version: search.version } : {},
  component: lazyRouteComponent(() => import('../monitor/postmortems/postmortem-screen.tsx'), 'PostmortemScreen'),
});

const alerts = createRoute({
  getParentRoute: () => frame,
  path: '/alerts',
  validateSearch: (search: Record<string, unknown>): { alert?: string } =>
    typeof search.alert === 'string' ? { alert: search.alert } : {},
  component: lazyRouteComponent(() => import('../monitor/alerts/alerts-screen.tsx'), 'AlertsScreen'),
});

const alertRules = createRoute({
  getParentRoute: () => frame,
  path: '/alerts/rules',
  component: lazyRouteComponent(() => import('../monitor/alerts/alert-rules-screen.tsx'), 'AlertRulesScreen'),
});

const channels = createRoute({
  getParentRoute: () => frame,
  path: '/alerts/channels',
  component: lazyRouteComponent(() => import('../monitor/alerts/channels-screen.tsx'), 'ChannelsScreen'),
});

const silences = createRoute({
  getParentRoute: () => frame,
  path: '/alerts/silences',
  component: lazyRouteComponent(() => import('../monitor/alerts/silences-screen.tsx'), 'SilencesScreen'),
});

const statements = createRoute({
  getParentRoute: () => frame,
  path: '/statements',
  component: lazyRouteComponent(() => import('../monitor/statements-screen.tsx'), 'StatementsScreen'),
});

const users = createRoute({
  getParentRoute: () => frame,
  path: '/users',
  validateSearch: (search: Record<string, unknown>): { search?: string; create?: true } => ({
    ...(typeof search.search === 'string' && search.search !== '' ? { search: search.search } : {}),
    ...(search.create === true ? { create: true } : {}),
  }),
  component: lazyRouteComponent(() => import('../accounts/users-screen.tsx'), 'UsersScreen'),
});

const user = createRoute({
  getParentRoute: () => frame,
  path: '/users/$userId',
  component: lazyRouteComponent(() => import('../accounts/user-screen.tsx'), 'UserScreen'),
});

const sessions = createRoute({
  getParentRoute: () => frame,
  path: '/sessions',
  component: lazyRouteComponent(() => import('../accounts/sessions-screen.tsx'), 'SessionsScreen'),
});

const roles = createRoute({
  getParentRoute: () => frame,
  path: '/roles',
  component: lazyRouteComponent(() => import('../accounts/roles/roles-screen.tsx'), 'RolesScreen'),
});

const apiKeys = createRoute({
  getParentRoute: () => frame,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('../accounts/api-keys/api-keys-screen.tsx'), 'ApiKeysScreen'),
});

const audit = createRoute({
  getParentRoute: () => frame,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('../accounts/audit-trail/audit-screen.tsx'), 'AuditScreen'),
});

const mailbox = createRoute({
  getParentRoute: () => frame,
  path: '/mailbox',
  validateSearch: (search: Record<string, unknown>): { mail?: string } =>
    typeof search.mail === 'string' ? { mail: search.mail } : {},
  component: lazyRouteComponent(() => import('../accounts/mailbox-screen.tsx'), 'MailboxScreen'),
});

const collections = createRoute({
  getParentRoute: () => frame,
  path: '/collections',
  component: lazyRouteComponent(() => import('../data/collections-screen.tsx'), 'CollectionsScreen'),
});

const newCollection = createRoute({
  getParentRoute: () => frame,
  path: '/collections/new',
  component: lazyRouteComponent(() => import('../data/new-collection-screen.tsx'), 'NewCollectionScreen'),
});

const collection = createRoute({
  getParentRoute: () => frame,
  path: '/collections/$collection',
  validateSearch: (search: Record<string, unknown>): { owner?: string } =>
    typeof search.owner === 'string' ? { owner: search.owner } : {},
  component: lazyRouteComponent(() => import('../data/collection-screen.tsx'), 'CollectionScreen'),
});

const review = createRoute({
  getParentRoute: () => frame,
  path: '/planner/review',
  validateSearch: readReviewSearch,
  component: lazyRouteComponent(() => import('../planner/review/review-screen.tsx'), 'ReviewScreen'),
});

const reviewedStatement = createRoute({
  getParentRoute: () => frame,
  path: '/planner/review/$statementId',
  component: lazyRouteComponent(() => import('../planner/review/statement-screen.tsx'), 'ReviewedStatementScreen'),
});

const indexAdvice = createRoute({
  getParentRoute: () => frame,
  path: '/planner/indexes',
  component: lazyRouteComponent(() => import('../planner/advice/advice-screen.tsx'), 'AdviceScreen'),
});

const ledger = createRoute({
  getParentRoute: () => frame,
  path: '/planner/indexes/ledger',
  component: lazyRouteComponent(() => import('../planner/advice/ledger-screen.tsx'), 'LedgerScreen'),
});

const forecast = createRoute({
  getParentRoute: () => frame,
  path: '/planner/forecast',
  validateSearch: readForecastSearch,
  component: lazyRouteComponent(() => import('../planner/forecast/forecast-screen.tsx'), 'ForecastScreen'),
});

const sizing = createRoute({
  getParentRoute: () => frame,
  path: '/planner/forecast/sizing',
  component: lazyRouteComponent(() => import('../planner/forecast/sizing-screen.tsx'), 'SizingScreen'),
});

const whatIf = createRoute({
  getParentRoute: () => frame,
  path: '/planner/what-if',
  component: lazyRouteComponent(() => import('../planner/what-if/what-if-screen.tsx'), 'WhatIfScreen'),
});

const snapshots = createRoute({
  getParentRoute: () => frame,
  path: '/planner/snapshots',
  validateSearch: readSnapshotsSearch,
  component: lazyRouteComponent(() => import('../planner/snapshots/snapshots-screen.tsx'), 'SnapshotsScreen'),
});

/** What people type by habit. */
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/login',
  beforeLoad: () => {
    throw redirect({ to: '/log-in' });
  },
});

const routes = root.addChildren([
  logIn,
  setUp,
  signIn,
  wall.addChildren([live]),
  frame.addChildren([
    overview,
    cause,
    pool,
    activity,
    rules,
    queries,
    query,
    tables,
    indexes,
    incidents,
    incident,
    postmortem,
    alerts,
    alertRules,
    channels,
    silences,
    statements,
    users,
    user,
    sessions,
    roles,
    apiKeys,
    audit,
    mailbox,
    collections,
    newCollection,
    collection,
    ...[review, reviewedStatement, indexAdvice, ledger, forecast, sizing, whatIf, snapshots],
  ]),
]);

export const router = createRouter({
  routeTree: routes,
  basepath: '/console',
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => <ProblemNotice error={error} onRetry={reset} />,
  defaultNotFoundComponent: () => (
    <Door title="There is no such page">
      <p className="soft">The address may be mistyped, or what it named is gone.</p>
      <p>
        <Link to="/">To the overview</Link>
      </p>
    </Door>
  ),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
