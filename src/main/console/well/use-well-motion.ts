// Runs the water: one animation loop for the whole well, which stops by itself when every surface is still.
import { type RefObject, useEffect, useRef } from 'react';
import type { LaneSnapshot } from '../../client/index.ts';
import { type Drop, fall, matchWaiters } from './drops.ts';
import type { WellLayout } from './layout.ts';
import { flow, fullness, isStill, type Motion, restAt, stir } from './level.ts';
import { type Box, surfaceLine, surfaceY, waterBody } from './surface.ts';

/** Radians per second: a slow surface, one wave in about four seconds. */
const PHASE_PER_SECOND = 1.6;

interface Column {
  motion: Motion;
  target: number;
  acquiredTotal: number;
  drops: readonly Drop[];
}

/**
 * Draws the lanes into the SVG that `root` holds: each lane's group carries `data-lane`, and in it the parts
 * `data-part="water" | "behind" | "surface" | "drops"`. React draws the stone once; this draws what moves.
 */
export function useWellMotion(
  root: RefObject<SVGSVGElement | null>,
  lanes: readonly LaneSnapshot[],
  layout: WellLayout,
  isMotionReduced: boolean,
): void {
  const columns = useRef(new Map<string, Column>());
  const loop = useRef({ frame: 0, phase: 0, nextDropId: 1 });

  useEffect(() => {
    const state = loop.current;
    for (const lane of lanes) {
      columns.current.set(
        lane.name,
        follow(columns.current.get(lane.name), lane, () => state.nextDropId++),
      );
    }
    const paint = () => {
      for (const [index, lane] of lanes.entries()) {
        const column = columns.current.get(lane.name);
        const box = layout.columns[index];
        const group = root.current?.querySelector(`[data-lane="${CSS.escape(lane.name)}"]`);
        if (column && box && group) paintColumn(group, box, column, state.phase);
      }
    };
    if (isMotionReduced) {
      for (const column of columns.current.values()) column.motion = restAt(column.target);
      paint();
      return;
    }
    let previous = performance.now();
    const step = (now: number) => {
      const elapsedMs = now - previous;
      previous = now;
      state.phase += (PHASE_PER_SECOND * Math.min(elapsedMs, 100)) / 1000;
      let isAlive = false;
      for (const [index, lane] of lanes.entries()) {
        const column = columns.current.get(lane.name);
        const box = layout.columns[index];
        if (column && box) isAlive = advance(column, box, elapsedMs) || isAlive;
      }
      paint();
      if (isAlive) state.frame = requestAnimationFrame(step);
    };
    state.frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(state.frame);
  }, [lanes, layout, root, isMotionReduced]);
}

/** Takes a new snapshot of a lane: a new target, a stirred surface, drops for the waiters. */
function follow(column: Column | undefined, lane: LaneSnapshot, nextDropId: () => number): Column {
  const target = fullness(lane);
  // The first picture fills the well from dry: that is where the water comes from.
  const known = column ?? { motion: restAt(0), target, acquiredTotal: lane.acquiredTotal, drops: [] };
  return {
    motion: stir(known.motion, lane.acquiredTotal - known.acquiredTotal),
    target,
    acquiredTotal: lane.acquiredTotal,
    drops: matchWaiters(known.drops, lane.waiting, nextDropId),
  };
}

/** Moves a column on by one frame and says whether it still moves. */
function advance(column: Column, box: Box, elapsedMs: number): boolean {
  column.motion = flow(column.motion, column.target, elapsedMs);
  const before = column.drops.length;
  column.drops = fall(column.drops, surfaceY(box, column.motion.level) - DROP_FIRST_ROW_Y, elapsedMs);
  if (column.drops.length < before) column.motion = stir(column.motion, before - column.drops.length);
  return column.drops.length > 0 || !isStill(column.motion, column.target);
}

function paintColumn(group: Element, box: Box, column: Column, phase: number): void {
  const { level, swell } = column.motion;
  const front = surfaceLine(box, level, swell, phase);
  setPath(group, 'water', waterBody(box, front));
  setPath(group, 'surface', front);
  setPath(group, 'behind', swell === 0 ? '' : waterBody(box, surfaceLine(box, level, swell * 1.25, phase * 0.8 + 2.1)));
  paintDrops(group, box, column.drops, phase);
}

function setPath(group: Element, part: string, path: string): void {
  group.querySelector(`[data-part="${part}"]`)?.setAttribute('d', path);
}

const DROP_FIRST_ROW_Y = 42;
const DROP_SPACING_PX = 15;
const DROPS_IN_A_ROW = 4;

/** Puts the prepared drop shapes where the drops are; those without a drop are hidden. */
function paintDrops(group: Element, box: Box, drops: readonly Drop[], phase: number): void {
  const shapes = group.querySelectorAll<SVGElement>('[data-part="drops"] > *');
  for (const [index, shape] of shapes.entries()) {
    const drop = drops[index];
    const opacity = drop ? '1' : '0';
    // Every write makes the browser look at the style again, even one that changes nothing.
    if (shape.style.opacity !== opacity) shape.style.opacity = opacity;
    if (!drop) continue;
    const inRow = Math.max(1, Math.min(DROPS_IN_A_ROW, Math.floor(box.width / DROP_SPACING_PX)));
    const row = Math.floor(drop.place / inRow);
    const x = box.x + box.width / 2 + ((drop.place % inRow) - (inRow - 1) / 2) * DROP_SPACING_PX;
    const bob = drop.isFalling ? 0 : Math.sin(phase * 1.4 + drop.id) * 1.5;
    const y = DROP_FIRST_ROW_Y - row * 18 + drop.fallenPx + bob;
    shape.setAttribute('transform', `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
  }
}
