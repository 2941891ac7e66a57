// Reads text out of a submitted form.

/** The trimmed text of a field, or an empty text; a password keeps its spaces, they are part of it. */
export function formText(form: FormData, name: string): string {
  const value = form.get(name);
  if (typeof value !== 'string') return '';
  return name.toLowerCase().includes('password') ? value : value.trim();
}

/** The text of a field, or undefined when nothing was typed: for what may be left out. */
export function optionalFormText(form: FormData, name: string): string | undefined {
  return formText(form, name) || undefined;
}
