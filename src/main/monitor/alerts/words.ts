/** Figures in words, with as many digits as a person wants to read. */

const rounded = (value: number): string => {
  const digits = Math.abs(value) >= 10 ? 0 : Math.abs(value) >= 1 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString('en-US');
};

/** "12", "1.5", "0.25". */
export function count(value: number): string {
  return rounded(value);
}

/** "240 ms", "3.5 s". */
export function ms(value: number): string {
  return value < 1_000 ? `${rounded(value)} ms` : duration(value);
}

/** "42 s", "12 min", "3.5 h", "4 days". */
export function duration(value: number): string {
  const seconds = value / 1_000;
  if (seconds < 120) return `${rounded(seconds)} s`;
  if (seconds < 7_200) return `${rounded(seconds / 60)} min`;
  if (seconds < 172_800) return `${rounded(seconds / 3_600)} h`;
  return `${rounded(seconds / 86_400)} days`;
}

/** "3.2 a second", or "12 a minute" where that is easier to imagine. */
export function perSecond(value: number): string {
  return value >= 1 || value === 0 ? `${rounded(value)} a second` : `${rounded(value * 60)} a minute`;
}

/** "97 %". */
export function share(value: number): string {
  return `${rounded(value * 100)} %`;
}

/** "4.2 times". */
export function times(value: number, usual: number): string {
  return usual > 0 ? `${rounded(value / usual)} times` : 'many times';
}

export function bytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)));
  return `${rounded(value / 1024 ** power)} ${units[power]}`;
}
