// Alerts, what an operator says of them, and the rules that raise them.
import type {
  Alert,
  AlertPage,
  AlertRule,
  AlertRuleChange,
  Feedback,
  FeedbackAnswer,
  FeedbackRequest,
  MissedAnswer,
  MissedRequest,
  NewAlertRule,
  Replay,
  Severity,
  SilenceOffer,
} from '../monitor/alerts/schema.ts';
import type { Transport } from './transport.ts';

export type {
  Alert,
  AlertPage,
  AlertRule,
  AlertRuleChange,
  Feedback,
  FeedbackAnswer,
  FeedbackRequest,
  MissedAnswer,
  MissedRequest,
  NewAlertRule,
  Replay,
  Severity,
  SilenceOffer,
};

export interface AlertsRequest {
  readonly state?: 'firing' | 'resolved' | undefined;
  readonly limit?: number | undefined;
  /** What the page before gave as `nextCursor`. */
  readonly cursor?: string | undefined;
}

const alertsPath = '/v1/monitor/alerts';
const rulesPath = '/v1/monitor/alert-rules';

/** Part of the monitor's client; operators only. */
export function createAlertsClient({ send }: Transport) {
  const pathOf = (id: string) => `${rulesPath}/${encodeURIComponent(id)}`;
  return {
    alerts: ({ state, limit, cursor }: AlertsRequest = {}, signal?: AbortSignal) =>
      send<AlertPage>('GET', alertsPath, { query: { state, limit, cursor }, signal }),
    /** With `apply` false nothing is changed: the answer says what the moved threshold would have done. */
    giveFeedback: (id: string, request: FeedbackRequest) =>
      send<FeedbackAnswer>('POST', `${alertsPath}/${encodeURIComponent(id)}/feedback`, { body: request }),
    /** An incident that no alert told of. */
    reportMissed: (request: MissedRequest) => send<MissedAnswer>('POST', `${alertsPath}/missed`, { body: request }),
    alertRules: (signal?: AbortSignal) => send<{ readonly rules: readonly AlertRule[] }>('GET', rulesPath, { signal }),
    createAlertRule: (rule: NewAlertRule) => send<{ rule: AlertRule }>('POST', rulesPath, { body: rule }),
    changeAlertRule: (id: string, change: AlertRuleChange) =>
      send<{ rule: AlertRule }>('PUT', pathOf(id), { body: change }),
    deleteAlertRule: (id: string) => send<void>('DELETE', pathOf(id)),
  };
}
