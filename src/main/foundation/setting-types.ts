/** The kinds of setting: how a text from the environment becomes a value, or a sentence that says what is wrong. */

export interface Setting<Value> {
  readonly name: string;
  readonly reason: string;
  /** The default as a person would type it; empty where there is none. */
  readonly defaultText: string;
  /** True where the value must never be printed. */
  readonly secret: boolean;
  /** Throws an Error whose message completes "NAME must be …". */
  parse(text: string | undefined): Value;
}

interface Described {
  reason: string;
  secret?: boolean;
}

interface Bounded extends Described {
  min: number;
  max: number;
}

function setting<Value>(
  name: string,
  described: Described,
  defaultText: string,
  parse: (text: string) => Value,
): Setting<Value> {
  return {
    name,
    reason: described.reason,
    defaultText,
    secret: described.secret ?? false,
    parse: (text) => parse(text === undefined || text.trim() === '' ? defaultText : text.trim()),
  };
}

function wholeNumber(text: string, { min, max }: Bounded): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) throw new Error(`a whole number from ${min} to ${max}`);
  return value;
}

export function text(
  name: string,
  byDefault: string,
  options: Described & { pattern?: RegExp; patternHint?: string },
): Setting<string> {
  return setting(name, options, byDefault, (value) => {
    if (options.pattern && !options.pattern.test(value)) throw new Error(options.patternHint ?? `${options.pattern}`);
    return value;
  });
}

export function optionalText(name: string, options: Described): Setting<string | undefined> {
  return setting(name, options, '', (value) => value || undefined);
}

export function count(name: string, byDefault: number, options: Bounded): Setting<number> {
  return setting(name, options, String(byDefault), (value) => wholeNumber(value, options));
}

/** A length of time in milliseconds; its name ends in _MS. */
export function duration(name: string, byDefaultMs: number, options: Bounded): Setting<number> {
  return count(name, byDefaultMs, options);
}

export function port(name: string, byDefault: number, options: Described): Setting<number> {
  return count(name, byDefault, { ...options, min: 0, max: 65_535 });
}

export function boolean(name: string, byDefault: boolean, options: Described): Setting<boolean> {
  return setting(name, options, String(byDefault), (value) => {
    if (value !== 'true' && value !== 'false') throw new Error('true or false');
    return value === 'true';
  });
}

export function choice<const Choice extends string>(
  name: string,
  choices: readonly Choice[],
  byDefault: NoInfer<Choice>,
  options: Described,
): Setting<Choice> {
  return setting(name, options, byDefault, (value) => {
    const found = choices.find((one) => one === value);
    if (!found) throw new Error(`one of ${choices.join(', ')}`);
    return found;
  });
}

/** Several values with commas between them, each of one kind. `kind` completes "NAME must be a list of …". */
export function list(
  name: string,
  byDefault: readonly string[],
  options: Described & { kind: string; isOne: (part: string) => boolean },
): Setting<readonly string[]> {
  return setting(name, options, byDefault.join(','), (value) => {
    const parts = value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    const wrong = parts.find((part) => !options.isOne(part));
    if (wrong !== undefined) throw new Error(`a list of ${options.kind}, and "${wrong}" is none of them`);
    return Object.freeze(parts);
  });
}

export function optionalUrl(
  name: string,
  options: Described & { protocols?: readonly string[] },
): Setting<string | undefined> {
  const protocols = options.protocols ?? ['http:', 'https:'];
  return setting(name, options, '', (value) => {
    if (value === '') return undefined;
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
      throw new Error(`a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
    }
    return value;
  });
}

/** Written as browsers write it in the header Origin: lower case, no path, not even a slash, no port that goes without saying. */
export function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
