// The rules that may end a statement or a session, their rehearsal, and ending one by hand.
import type {
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
} from '../monitor/rules/schema.ts';
import type { Transport } from './transport.ts';

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
};

const base = '/v1/monitor/rules';

/** Part of the monitor's client; operators only. */
export function createRulesClient({ send }: Transport) {
  const pathOf = (id: string) => `${base}/${encodeURIComponent(id)}`;
  return {
    rules: (signal?: AbortSignal) => send<RuleList>('GET', base, { signal }),
    /** With `dryRun` nothing is made; the answer says whom it would have hit. */
    createRule: (rule: NewRule) => send<RuleAnswer>('POST', base, { body: rule }),
    changeRule: (id: string, change: RuleChange) => send<RuleAnswer>('PUT', pathOf(id), { body: change }),
    deleteRule: (id: string) => send<void>('DELETE', pathOf(id)),
    /** Whom the rule would have hit in the last 24 hours. */
    rehearseRule: (id: string, signal?: AbortSignal) => send<Rehearsal>('GET', `${pathOf(id)}/rehearsal`, { signal }),
    /** Lets the rules act again after they have reached their limit. */
    resumeRules: () => send<RuleList>('POST', `${base}/resume`),
    /** Ends that very statement or session, or none. */
    endSession: (pid: number, request: EndRequest) =>
      send<EndOutcome>('POST', `/v1/monitor/sessions/${pid}/end`, { body: request }),
  };
}
