/** Figures as they stand in sentences: as many digits as one can use. */

const kinds = [
  { from: 1e9, word: ' billion' },
  { from: 1e6, word: ' million' },
] as const;

/** `12 million`, `3,400`, `0.4`. */
export function countWords(count: number): string {
  const size = Math.abs(count);
  for (const { from, word } of kinds) if (size >= from * 0.9995) return `${digits(count / from)}${word}`;
  if (size >= 10) return Math.round(count).toLocaleString('en-US');
  return digits(count);
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `8 kB`, `1.2 GB`. */
export function byteWords(bytes: number): string {
  let at = 0;
  let figure = bytes;
  while (Math.abs(figure) >= 1_000 && at < units.length - 1) {
    figure /= 1_024;
    at += 1;
  }
  return `${digits(figure)} ${units[at]}`;
}

/** Two digits that count, three from a hundred on. */
export function digits(figure: number): string {
  const size = Math.abs(figure);
  if (size >= 10) return Math.round(figure).toLocaleString('en-US');
  if (size >= 1) return String(Math.round(figure * 10) / 10);
  return String(Number(figure.toPrecision(2)));
}
