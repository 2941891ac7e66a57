// What stands in the playground, kept while one looks at other pages; another page may put something there to be tried.

export interface WhatIfDraft {
  readonly text: string;
  /** For $1, $2, …; an empty one is not given, and the plan is generic. */
  readonly params: readonly string[];
  readonly indexes: readonly string[];
}

const KEY = 'aquifer:what-if';
const nothing: WhatIfDraft = { text: '', params: [], indexes: [] };

export function keepDraft(draft: WhatIfDraft): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // A browser that keeps nothing: the page then begins empty.
  }
}

export function keptDraft(): WhatIfDraft {
  try {
    return readDraft(JSON.parse(sessionStorage.getItem(KEY) ?? 'null'));
  } catch {
    return nothing;
  }
}

/** Whatever an older page may have left there. */
export function readDraft(kept: unknown): WhatIfDraft {
  if (typeof kept !== 'object' || kept === null) return nothing;
  const { indexes, params, text } = kept as Readonly<Record<string, unknown>>;
  const texts = (value: unknown) => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
  return { text: typeof text === 'string' ? text : '', params: texts(params), indexes: texts(indexes) };
}

const WORDS_AND_LITERALS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\d{1,3})\b/g;
const MOST_PARAMETERS = 100;

/** How many parameters a text has: the highest $n outside of its literals and comments. */
export function parameterCount(text: string): number {
  let highest = 0;
  for (const [, number] of text.matchAll(WORDS_AND_LITERALS)) highest = Math.max(highest, Number(number ?? 0));
  return Math.min(highest, MOST_PARAMETERS);
}
