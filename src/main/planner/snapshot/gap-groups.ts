/** Gaps as a report tells them: what holds for many tables is said once, with a few of their names, so that the rest can be seen. */

import type { Gap } from './snapshot.ts';

/** Fewer are told one by one. */
const GROUP_MIN = 3;
const NAMED_MAX = 3;
const KINDS: readonly (readonly [prefix: string, plural: string])[] = [
  ['function ', 'functions'],
  ['view ', 'views'],
  ['type ', 'types'],
  ['statistics ', 'extended statistics'],
  ['index ', 'indexes'],
];

/** Those that say the same of several subjects become one, in the place of the first. */
export function groupGaps(gaps: readonly Gap[]): Gap[] {
  const groups = new Map<string, Gap[]>();
  for (const { sentence, subject } of gaps) {
    const isOfSubject = sentence.startsWith(`${subject} `);
    const key = isOfSubject ? `${kindOf(subject)}${sentence.slice(subject.length)}` : `${subject}\n${sentence}`;
    groups.set(key, [...(groups.get(key) ?? []), { subject, sentence }]);
  }
  return [...groups.values()].flatMap((group) => (group.length < GROUP_MIN ? group : [together(group)]));
}

function together(group: readonly Gap[]): Gap {
  const [first] = group as [Gap];
  const kind = kindOf(first.subject);
  const prefix = KINDS.find(([, plural]) => plural === kind)?.[0] ?? '';
  const named = group.slice(0, NAMED_MAX).map(({ subject }) => subject.slice(prefix.length));
  const others = group.length - named.length;
  const names = others === 0 ? named.join(', ') : `${named.join(', ')} and ${others} more`;
  const subject = `${group.length} ${kind}`;
  return { subject, sentence: `Of ${subject} (${names}) each${first.sentence.slice(first.subject.length)}` };
}

function kindOf(subject: string): string {
  return KINDS.find(([prefix]) => subject.startsWith(prefix))?.[1] ?? 'tables';
}
