// What a silence's form says, in the shape that the server takes.
import type { NewSilence } from '../../../client/index.ts';
import { formText } from '../../components/form-text.ts';

export type SilenceKind = 'once' | 'weekly';

const MINUTE_MS = 60_000;

export function readSilence(form: FormData, kind: SilenceKind, nowMs: number): NewSilence {
  const minutes = Number(formText(form, 'minutes'));
  const about = {
    reason: formText(form, 'reason'),
    ruleId: formText(form, 'ruleId') || null,
    scope: formText(form, 'scope') || null,
  };
  if (kind === 'once') {
    return { ...about, until: minutes === 0 ? null : new Date(nowMs + minutes * MINUTE_MS).toISOString() };
  }
  const days = form.getAll('days').map(Number);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { ...about, weekly: { days, startsAt: formText(form, 'startsAt'), minutes, timeZone } };
}
