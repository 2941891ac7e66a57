// The one rule for passwords, in words.

const DEFAULT_MIN_LENGTH = 15;

export function passwordRule(minLength: number | undefined): string {
  return `${minLength ?? DEFAULT_MIN_LENGTH} characters or more. A sentence works well; any characters do, spaces too.`;
}
