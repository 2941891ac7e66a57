// The audit trail in words: what was done, and what more is known of it.
import type { AuditEvent } from '../../../client/audit.ts';
import { absoluteTime } from '../../components/time-words.ts';
import { didWords } from '../../hosted/account/did-words.ts';
import { activityEn } from '../../hosted/words/activity-en.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const instant = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

const known: Readonly<Record<string, string>> = activityEn;

export function actionWords(action: string): string {
  return didWords(action, (key) => known[key] ?? null);
}

/** Every action that there are words for, as the filter offers them. */
export function knownActions(): readonly { readonly value: string; readonly label: string }[] {
  return Object.entries(activityEn)
    .map(([key, label]) => ({ value: key.slice('account.did.'.length), label }))
    .sort((one, other) => one.label.localeCompare(other.label));
}

/** "scopes: own.data.read · hint: aq_uz8G"; empty where nothing more is known. Ids tell a reader nothing and are left out. */
export function detailWords(details: AuditEvent['details'], nowMs: number): string {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== '' && !uuid.test(String(value)))
    .map(([name, value]) => `${spaced(name)}: ${valueWords(value, nowMs)}`)
    .join(' · ');
}

function valueWords(value: AuditEvent['details'][string], nowMs: number): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const text = String(value);
  return instant.test(text) ? absoluteTime(text, nowMs) : text;
}

/** "demandsSecondFactor" → "demands second factor". */
function spaced(name: string): string {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
}

/** Who did it, or to whom, where it is no user that has a page. */
export function partyWords({ kind, id }: AuditEvent['actor']): string {
  if (kind === 'system') return 'the server';
  if (kind === 'anyone') return 'somebody not logged in';
  const name = kind.replaceAll('_', ' ');
  return id === null ? name : `${name} ${id.length > 20 ? `…${id.slice(-6)}` : id}`;
}
