// A role, read from its form.
import { formText, optionalFormText } from '../../components/form-text.ts';
import { graceOfDays } from './role-words.ts';

/** The form as the server takes it. */
export function readRole(form: FormData) {
  const demandsSecondFactor = form.get('demandsSecondFactor') !== null;
  return {
    permissions: form.getAll('permissions').filter((name): name is string => typeof name === 'string'),
    about: optionalFormText(form, 'about') ?? null,
    demandsSecondFactor,
    graceMs: demandsSecondFactor ? graceOfDays(formText(form, 'graceDays')) : 0,
  };
}
