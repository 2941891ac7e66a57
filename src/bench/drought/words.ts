/** Figures as people read them: the same in the terminal and in the report. */

const NEVER = '–';

/** 1 as "100 %", and never "100 %" for what is less than all. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 100 || value === 0) return `${value} %`;
  return `${Math.min(99.9, Math.max(0.1, value)).toFixed(1)} %`;
}

export function milliseconds(ms: number): string {
  if (ms >= 1_000) return seconds(ms);
  return ms >= 10 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(1)} ms`;
}

/** A dash for what did not come to pass. */
export function seconds(ms: number | null): string {
  if (ms === null) return NEVER;
  if (ms === 0) return '0 s';
  return ms >= 9_950 ? `${(ms / 1_000).toFixed(0)} s` : `${(ms / 1_000).toFixed(1)} s`;
}

export function whole(count: number): string {
  return count.toLocaleString('en');
}
