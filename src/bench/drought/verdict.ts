/** What Aquifer says of the cause (`GET /v1/monitor/cause`), as far as the harness reads it, and whether it is right. */

export interface SeenVerdict {
  id: string;
  kind: string;
  sentence: string;
  detectedAt: string;
  namedAt: string | null;
  closedAt: string | null;
  statement: { name: string; text: string | null } | null;
  caller: { routes: { route: string; share: number }[]; tenants: { tenant: string; share: number }[] };
  holder: { applicationName: string | null; isOurs: boolean; state: string | null; route: string | null } | null;
  plan: { relation: string | null } | null;
  evidence: string[];
  actions: { kind: string; sentence: string }[];
}

/** What was planted, and what therefore has to be said. Whatever is left out need not be. */
export interface Expectation {
  /** Any one of these is right. */
  kinds: readonly string[];
  /** Found in the statement's name or text. */
  statement?: RegExp;
  route?: string;
  tenant?: string;
  holder?: { applicationName?: string; isOurs?: boolean };
  relation?: RegExp;
}

/** Sentences on what is wrong or missing; none where the verdict is right. */
export function findFaults(verdict: SeenVerdict, expected: Expectation): string[] {
  const { statement, caller, holder, plan } = verdict;
  const [firstRoute] = caller.routes;
  const [firstTenant] = caller.tenants;
  return [
    ...fault(expected.kinds.includes(verdict.kind), `it says ${verdict.kind}, not ${expected.kinds.join(' or ')}`),
    ...fault(
      !expected.statement || expected.statement.test(`${statement?.name ?? ''} ${statement?.text ?? ''}`),
      `it names ${statement?.text ?? statement?.name ?? 'no statement'}`,
    ),
    ...fault(
      !expected.route || [firstRoute?.route, holder?.route].includes(expected.route),
      `it names ${firstRoute?.route ?? 'no route'} as the caller`,
    ),
    ...fault(
      !expected.tenant || Boolean(firstTenant?.tenant.includes(expected.tenant)),
      `it names ${firstTenant?.tenant ?? 'no tenant'} as the tenant`,
    ),
    ...fault(
      !expected.holder?.applicationName || holder?.applicationName === expected.holder.applicationName,
      `it names ${holder?.applicationName ?? 'nobody'} as the holder`,
    ),
    ...fault(
      expected.holder?.isOurs === undefined || holder?.isOurs === expected.holder.isOurs,
      'it does not say rightly whose the holder is',
    ),
    ...fault(
      !expected.relation || expected.relation.test(plan?.relation ?? ''),
      `its plan reads ${plan?.relation ?? 'no table'}`,
    ),
  ];
}

function fault(isRight: boolean, sentence: string): string[] {
  return isRight ? [] : [sentence];
}

export interface Sighting {
  /** When the harness read it, in milliseconds since 1970. */
  seenAt: number;
  verdict: SeenVerdict;
}

export interface Naming {
  /** Milliseconds since 1970; null where it did not come to pass. */
  detectedAt: number | null;
  /** When the cause was first named rightly. */
  namedAt: number | null;
  /** The right verdict as it was last seen, or else the last of any kind. */
  verdict: SeenVerdict | null;
  isRight: boolean;
  /** Why the last verdict is not right. */
  faults: string[];
  /** Verdicts that were given before the right one, as sentences. */
  earlier: string[];
}

/**
 * Reads what was said of a trouble that was detected between two instants (milliseconds since 1970).
 *
 * @param graceMs how much later than that it may have been read
 */
export function judgeSightings(
  sightings: readonly Sighting[],
  expected: Expectation,
  { from, to }: { from: number; to: number },
  graceMs = 0,
): Naming {
  const isWithin = (iso: string | null) => iso !== null && Date.parse(iso) >= from && Date.parse(iso) <= to;
  // A trouble that was there before may turn out to have another cause from now on: then its naming is what is new.
  const own = sightings.filter(
    ({ verdict, seenAt }) => seenAt <= to + graceMs && (isWithin(verdict.detectedAt) || isWithin(verdict.namedAt)),
  );
  const detections = own.map(({ verdict: { detectedAt, namedAt } }) =>
    Date.parse(isWithin(detectedAt) ? detectedAt : (namedAt ?? detectedAt)),
  );
  const named = own.filter(({ verdict }) => verdict.namedAt !== null);
  const isRight = ({ verdict }: Sighting) => findFaults(verdict, expected).length === 0;
  const right = named.find(isRight);
  const last = named.at(-1)?.verdict ?? null;
  const verdict = right ? (named.findLast(isRight) ?? right).verdict : last;
  return {
    detectedAt: detections.length === 0 ? null : Math.min(...detections),
    namedAt: right ? namedRightlyAt(right, named) : null,
    verdict,
    isRight: right !== undefined,
    faults: right || !last ? [] : findFaults(last, expected),
    earlier: sentencesBefore(right, named),
  };
}

/** Its own word for it, unless the same verdict was a wrong one before: then from when the right one was seen. */
function namedRightlyAt(right: Sighting, named: readonly Sighting[]): number {
  const wasWrong = named.some((one) => one.verdict.id === right.verdict.id && one.seenAt < right.seenAt);
  return wasWrong ? right.seenAt : Date.parse(right.verdict.namedAt ?? '');
}

function sentencesBefore(right: Sighting | undefined, named: readonly Sighting[]): string[] {
  const before = right ? named.filter(({ seenAt }) => seenAt < right.seenAt) : named.slice(0, -1);
  return [...new Set(before.map(({ verdict }) => verdict.sentence))];
}
