/**
 * Whether a phase measured the server or the generator. A phase is invalid when requests left late (p99 of the lag above
 * 5 ms and above a tenth of the p99 of service) or the generator's thread was busy for more than 85 % of the time. The
 * report then says so, in place of a number that would pass for the server's.
 */

export interface ValidityInput {
  lagP99Ms: number;
  serviceP99Ms: number;
  /** From 0 to 1; turns that only waited for the next instant are not work. */
  utilization: number;
}

export interface Validity extends ValidityInput {
  isValid: boolean;
  lagLimitMs: number;
  /** Sentences; none where it is valid. */
  reasons: string[];
}

const LAG_FLOOR_MS = 5;
const LAG_SHARE_OF_SERVICE = 0.1;
const UTILIZATION_LIMIT = 0.85;

export function judgeValidity(input: ValidityInput): Validity {
  const { lagP99Ms, serviceP99Ms, utilization } = input;
  const lagLimitMs = Math.max(LAG_FLOOR_MS, LAG_SHARE_OF_SERVICE * serviceP99Ms);
  const reasons: string[] = [];
  if (lagP99Ms > lagLimitMs) {
    reasons.push(
      `The generator was the limit: one request in a hundred left ${lagP99Ms.toFixed(1)} ms late or more, above ${lagLimitMs.toFixed(1)} ms.`,
    );
  }
  if (utilization > UTILIZATION_LIMIT) {
    reasons.push(
      `The generator was the limit: its thread was busy for ${(utilization * 100).toFixed(0)} % of the time, above ${UTILIZATION_LIMIT * 100} %.`,
    );
  }
  return { ...input, isValid: reasons.length === 0, lagLimitMs, reasons };
}
