// Where everything in the well stands, from its width alone.
import type { Box } from './surface.ts';

export interface WellLayout {
  readonly width: number;
  readonly height: number;
  /** The line of the ground, above which drops wait. */
  readonly groundY: number;
  /** The top of the curb, which stands out of the ground. */
  readonly curbY: number;
  readonly floorY: number;
  readonly shaftX: number;
  readonly shaftWidth: number;
  /** How thick the stone is. */
  readonly liningPx: number;
  readonly columns: readonly Box[];
}

/** Below this width the well is drawn for a phone. */
const NARROW_PX = 640;

const NARROW_HEIGHT_PX = 308;
export const WELL_HEIGHT_PX = 404;

/**
 * Places `lanes` columns of equal width in a well that fills `width` pixels.
 * @param heightPx how tall it is where there is room; on a phone it is as tall as a phone allows
 */
export function layOutWell(width: number, lanes: number, heightPx = WELL_HEIGHT_PX): WellLayout {
  const isNarrow = width < NARROW_PX;
  const height = isNarrow ? NARROW_HEIGHT_PX : heightPx;
  const curbY = isNarrow ? 52 : 66;
  const groundY = curbY + (isNarrow ? 10 : 18);
  const liningPx = isNarrow ? 5 : 11;
  const floorY = height - (isNarrow ? 22 : 40);
  const shaftX = isNarrow ? 10 : Math.min(120, width * 0.1);
  const shaftWidth = Math.max(0, width - shaftX * 2);
  const padding = isNarrow ? 5 : 14;
  const gap = isNarrow ? 7 : 16;
  const columnWidth = Math.max(0, (shaftWidth - padding * 2 - gap * (lanes - 1)) / Math.max(1, lanes));
  const columns = Array.from({ length: lanes }, (_, index) => ({
    x: shaftX + padding + index * (columnWidth + gap),
    width: columnWidth,
    // Full water stands a little under the ground: its waves stay in the well.
    top: groundY + 14,
    bottom: floorY - (isNarrow ? 5 : 10),
  }));
  return { width, height, groundY, curbY, floorY, shaftX, shaftWidth, liningPx, columns };
}
