// A new API key, read from its form.
import { formText } from '../../components/form-text.ts';

const DAY_MS = 86_400_000;

/** The form as the server takes it. */
export function readKey(form: FormData, nowMs: number) {
  const days = Number(formText(form, 'days'));
  return {
    name: formText(form, 'name'),
    scopes: form.getAll('scopes').filter((scope): scope is string => typeof scope === 'string'),
    expiresAt: new Date(nowMs + days * DAY_MS).toISOString(),
  };
}
