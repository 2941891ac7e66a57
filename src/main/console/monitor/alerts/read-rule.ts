// What a rule's form says, in the shape that the server takes.
import type { AlertRule, AlertRuleChange, NewAlertRule, Severity } from '../../../client/index.ts';
import { formText, optionalFormText } from '../../components/form-text.ts';
import { unitOfSeries } from './series-names.ts';

export type OwnRuleKind = NewAlertRule['kind'];

export function readNewRule(form: FormData, kind: OwnRuleKind): NewAlertRule {
  const series = formText(form, 'series');
  const scope = optionalFormText(form, 'scope');
  const unit = unitOfSeries(series);
  return {
    name: formText(form, 'name'),
    kind,
    series,
    direction: formText(form, 'direction') === 'below' ? 'below' : 'above',
    forSeconds: Number(formText(form, 'forSeconds')),
    severity: formText(form, 'severity') as Severity,
    onlyWhenUsersAreHurt: formText(form, 'onlyWhenUsersAreHurt') === 'yes',
    ...(scope && { scope }),
    ...(unit && { unit }),
    ...(kind === 'limit' ? { threshold: Number(formText(form, 'threshold')) } : {}),
  };
}

/** Only what was changed: the rest may have moved meanwhile. */
export function readRuleChange(form: FormData, rule: AlertRule): AlertRuleChange {
  const name = formText(form, 'name');
  const severity = formText(form, 'severity') as Severity;
  const threshold = optionalFormText(form, 'threshold');
  const forSeconds = Number(formText(form, 'forSeconds'));
  return {
    ...(name !== '' && name !== rule.name ? { name } : {}),
    ...(severity === rule.severity ? {} : { severity }),
    ...(threshold === undefined || Number(threshold) === rule.threshold ? {} : { threshold: Number(threshold) }),
    ...(forSeconds === rule.forSeconds ? {} : { forSeconds }),
  };
}
