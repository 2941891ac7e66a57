// How a wall's height is shared, so that nothing has to be scrolled where the screen is large enough.

export interface WallHeights {
  readonly wellPx: number;
  readonly chartPx: number;
}

interface Viewport {
  readonly width: number;
  readonly height: number;
}

/** Below this width the parts stand under each other, as tall as they are elsewhere. */
const COLUMNS_FROM_PX = 1100;
const USUAL: WallHeights = { wellPx: 404, chartPx: 148 };
/** Bar, head, words under the well, titles and gaps, in the size of the wall's text. */
const WORDS_EM = 24;
/** The well's part of what is left, and that of each of the two charts. */
const WELL_SHARE = 0.58;
const CHART_SHARE = 0.21;
const LEAST: WallHeights = { wellPx: 280, chartPx: 104 };

export function wallHeights({ height, width }: Viewport): WallHeights {
  if (width < COLUMNS_FROM_PX) return USUAL;
  const left = height - WORDS_EM * textPx(width);
  return {
    wellPx: Math.round(Math.max(LEAST.wellPx, left * WELL_SHARE)),
    chartPx: Math.round(Math.max(LEAST.chartPx, left * CHART_SHARE)),
  };
}

/** As the style has it: `--text-body` of `.wall`. */
function textPx(width: number): number {
  return Math.min(24, Math.max(14, 9.92 + 0.0034 * width));
}
