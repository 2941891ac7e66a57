// aquifer/client: the TypeScript client for a browser or for Node 20 and later.
import { createAccountsClient } from './accounts.ts';
import { createDataClient } from './data.ts';
import { createMonitorClient } from './monitor.ts';
import { createPlannerClient } from './planner.ts';
import { createTransport, type TransportOptions } from './transport.ts';

export type { LoggedIn, SecondFactorNeeded } from '../accounts/schema.ts';
export type {
  Mail,
  Session,
  SessionOfUser,
  SessionTransport,
  Settings,
  Signed,
  User,
} from './accounts.ts';
export type {
  Alert,
  AlertPage,
  AlertRule,
  AlertRuleChange,
  AlertsRequest,
  Feedback,
  FeedbackAnswer,
  FeedbackRequest,
  MissedAnswer,
  MissedRequest,
  NewAlertRule,
  Replay,
  Severity,
  SilenceOffer,
} from './alerts.ts';
export type { ApiKey, ApiKeyOfOwner, MadeApiKey, NewApiKey } from './api-keys.ts';
export type { AuditEvent, AuditRequest, AuditState } from './audit.ts';
export type {
  CauseReport,
  Holder,
  JournalEntryView,
  JournalPageView,
  JournalRequest,
  LockNode,
  PlanFinding,
  SessionList,
  SessionView,
  Verdict,
  VerdictAction,
  VerdictKind,
  VerdictTerms,
} from './cause.ts';
export type {
  Channel,
  ChannelAnswer,
  ChannelChange,
  ChannelKind,
  Delivery,
  DeliveryPage,
  NewChannel,
  NewSilence,
  Silence,
} from './channels.ts';
export type { Collection, Field, FieldType, ListRecords, OwnedRecord, RecordValues, StoredRecord } from './data.ts';
export { type FieldProblem, ProblemError, SERVER_UNREACHABLE } from './errors.ts';
export type { AnswerChallenge, Enrolled, Factors, RememberedDevice, StepUp, TotpSetUp } from './factors.ts';
export type {
  Deploy,
  DeployPage,
  Impact,
  ImpactPoint,
  IncidentAction,
  IncidentDetail,
  IncidentPage,
  IncidentPageRequest,
  IncidentSummary,
  IndexJob,
  NewCap,
  RouteImpact,
  StatementCap,
  TimelineEntry,
  TimelineKind,
} from './incidents.ts';
export type { LiveLane, LiveStatement, LiveView, StreamLiveOptions } from './live.ts';
export type {
  LaneSnapshot,
  LeaseView,
  Overview,
  PoolHistory,
  PoolHistoryHolder,
  PoolHistoryLane,
  PoolHistoryPoint,
  PoolSnapshot,
  StatementView,
  StreamPoolOptions,
  StreamState,
} from './monitor.ts';
export type { Page, PageRequest } from './page.ts';
export type {
  AddedPasskey,
  CheckMailForLogIn,
  LogInOptions,
  MailLogIn,
  Passkey,
  PasskeyLogIn,
} from './passkeys.ts';
export type {
  AdviceIndex,
  AdviceItem,
  AdvicePage,
  AdviceState,
  BindingKind,
  Bisection,
  BisectRequest,
  Cliff,
  CreateAdvice,
  Cure,
  DropAdvice,
  Finding,
  FindingKind,
  ForecastPoint,
  ForecastReport,
  ForecastStatement,
  IndexWork,
  LedgerEntry,
  LedgerTotals,
  LedgerVerdict,
  PlanCondition,
  PlanCulprit,
  PlanFlip,
  PlannerOverview,
  PlanWarning,
  ReadNode,
  ReadPlan,
  RealisedStatement,
  Reported,
  ReviewedPlan,
  ReviewedStatement,
  ReviewPage,
  ReviewRequest,
  ReviewSummary,
  Run,
  RunKind,
  RunState,
  SizingAdvice,
  SizingReport,
  SnapshotView,
  StartRun,
  StatementEffect,
  StatementSummary,
  TableGrowth,
  TriedIndex,
  WhatIf,
  WhatIfRequest,
  WriteEffect,
} from './planner.ts';
export type {
  Measure,
  MeasureCheck,
  NewMeasure,
  Postmortem,
  PostmortemEdit,
  PostmortemVersion,
  Section,
} from './postmortems.ts';
export type {
  QueriesRequest,
  QueryCaller,
  QueryDetail,
  QueryFigures,
  QueryList,
  QueryPlan,
  QueryPoint,
  QueryRegression,
  QuerySort,
  QuerySpan,
  QuerySpans,
  QueryView,
} from './queries.ts';
export type { ChangeRole, Impersonated, NewRole, Permission, RoleDefinition, UserRoles } from './roles.ts';
export type {
  EndOutcome,
  EndRequest,
  NewRule,
  Rehearsal,
  RehearsalGroup,
  Rule,
  RuleAnswer,
  RuleChange,
  RuleConditions,
  RuleList,
} from './rules.ts';
export type {
  IndexList,
  IndexView,
  Series,
  SeriesAnswer,
  SeriesPoint,
  SeriesRequest,
  TableList,
  TableView,
} from './series.ts';

export type { ProviderToken, SocialIdentity, SocialProvider, StartedSocial, StartSocial } from './social.ts';

export type ClientOptions = TransportOptions;
export type Client = ReturnType<typeof createClient>;

/**
 * Creates a client for one server. In a browser on the server's own origin leave `token` out and log in with
 * `transport: 'cookie'`; elsewhere a log-in's token is kept and sent from then on.
 */
export function createClient(options: ClientOptions) {
  const transport = createTransport(options);
  return {
    accounts: createAccountsClient(transport),
    data: createDataClient(transport),
    monitor: createMonitorClient(transport),
    planner: createPlannerClient(transport),
    setToken: transport.setToken,
  };
}
