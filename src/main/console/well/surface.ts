// The outline of the water: turns a level and a swell into SVG path data.

export interface Box {
  readonly x: number;
  readonly width: number;
  /** The height of a full column's surface, in pixels from the top. */
  readonly top: number;
  readonly bottom: number;
}

/** The highest a wave stands above the level. */
const WAVE_HEIGHT_PX = 4.5;
const STEP_PX = 6;
/** One wave in this many pixels, so that wide and narrow columns hold the same water. */
const WAVE_LENGTH_PX = 118;

/** The height of the surface at a level, in pixels from the top. */
export function surfaceY(box: Box, level: number): number {
  return box.bottom - (box.bottom - box.top) * level;
}

/** How far the surface stands from the level at `x`; `phase` in radians moves the wave along. */
export function waveAt(x: number, phase: number, swell: number): number {
  const turn = (x / WAVE_LENGTH_PX) * Math.PI * 2;
  return WAVE_HEIGHT_PX * swell * (0.68 * Math.sin(turn + phase) + 0.32 * Math.sin(turn * 1.7 - phase * 1.31));
}

/** The surface from left to right, as an open path. Empty when the column is dry. */
export function surfaceLine(box: Box, level: number, swell: number, phase: number): string {
  const y = surfaceY(box, level);
  if (box.bottom - y < 0.5) return '';
  // A film of water cannot carry a wave taller than itself.
  const height = Math.min(swell, (box.bottom - y) / (WAVE_HEIGHT_PX * 2));
  if (height < 0.012) return `M${round(box.x)} ${round(y)}H${round(box.x + box.width)}`;
  const steps = Math.max(2, Math.ceil(box.width / STEP_PX));
  let path = '';
  for (let step = 0; step <= steps; step += 1) {
    const x = box.x + (box.width * step) / steps;
    path += `${step === 0 ? 'M' : 'L'}${round(x)} ${round(y + waveAt(x, phase, height))}`;
  }
  return path;
}

/** The body of water below a surface line, closed along the floor. */
export function waterBody(box: Box, line: string): string {
  return line === '' ? '' : `${line}V${round(box.bottom)}H${round(box.x)}Z`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
