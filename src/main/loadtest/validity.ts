/**
 * Whether a phase measured the server or the generator. It is invalid when requests left late (p99 of the lag, over all
 * streams, above 5 ms and above a tenth of a stream's own p99 of service) or the generator's thread was busy for more
 * than 85 % of the time. The report then says so, in place of a number that would pass for the server's.
 */

export interface ValidityInput {
  /** Over all streams: being late is the generator's, whatever it sends. */
  lagP99Ms: number;
  /** By stream: half a second late is nothing to a slow report and everything to a quick read. */
  serviceP99Ms: Readonly<Record<string, number>>;
  /** From 0 to 1; turns that only waited for the next instant are not work. */
  utilization: number;
}

export interface Validity {
  isValid: boolean;
  lagP99Ms: number;
  /** Of the stream that bears the least. */
  lagLimitMs: number;
  utilization: number;
  /** Sentences; none where it is valid. */
  reasons: string[];
}

const LAG_FLOOR_MS = 5;
const LAG_SHARE_OF_SERVICE = 0.1;
const UTILIZATION_LIMIT = 0.85;

export function judgeValidity({ lagP99Ms, serviceP99Ms, utilization }: ValidityInput): Validity {
  const limits = Object.entries(serviceP99Ms).map(
    ([stream, ms]) => [stream, Math.max(LAG_FLOOR_MS, LAG_SHARE_OF_SERVICE * ms)] as const,
  );
  const reasons = limits
    .filter(([, limitMs]) => lagP99Ms > limitMs)
    .map(
      ([stream, limitMs]) =>
        `The generator was the limit for ${stream}: one request in a hundred left ${lagP99Ms.toFixed(1)} ms late or more, above ${limitMs.toFixed(1)} ms.`,
    );
  if (utilization > UTILIZATION_LIMIT) {
    reasons.push(
      `The generator was the limit: its thread was busy for ${(utilization * 100).toFixed(0)} % of the time, above ${UTILIZATION_LIMIT * 100} %.`,
    );
  }
  const lagLimitMs = limits.length === 0 ? LAG_FLOOR_MS : Math.min(...limits.map(([, limitMs]) => limitMs));
  return { isValid: reasons.length === 0, lagP99Ms, lagLimitMs, utilization, reasons };
}
