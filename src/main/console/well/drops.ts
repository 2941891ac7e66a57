// The drops above a lane: one for each that waits, and the ones that have just been let in and fall into the water.

export interface Drop {
  readonly id: number;
  /** Where it hangs, counted from the first in line. */
  readonly place: number;
  /** Pixels below its place; more than 0 while it falls. */
  readonly fallenPx: number;
  /** Pixels per second. */
  readonly speed: number;
  readonly isFalling: boolean;
}

/** More waiters than this are said as a number. */
export const DROPS_SHOWN = 8;
const GRAVITY_PX = 900;

/** Makes the drops agree with the number of waiters: the first in line fall, new ones join at the end. */
export function matchWaiters(drops: readonly Drop[], waiting: number, nextId: () => number): readonly Drop[] {
  const hanging = drops.filter((drop) => !drop.isFalling);
  const shown = Math.min(waiting, DROPS_SHOWN);
  const leaving = Math.max(0, hanging.length - shown);
  const falling = drops.filter((drop) => drop.isFalling);
  const letIn = hanging.slice(0, leaving).map((drop) => ({ ...drop, isFalling: true }));
  const staying = hanging.slice(leaving).map((drop, place) => ({ ...drop, place }));
  const joining = Array.from({ length: Math.max(0, shown - staying.length) }, (_, index) => ({
    id: nextId(),
    place: staying.length + index,
    fallenPx: 0,
    speed: 0,
    isFalling: false,
  }));
  return [...falling, ...letIn, ...staying, ...joining];
}

/** Lets the falling ones fall; those that reached `depthPx` are gone. */
export function fall(drops: readonly Drop[], depthPx: number, elapsedMs: number): readonly Drop[] {
  const seconds = Math.min(elapsedMs, 100) / 1000;
  return drops.flatMap((drop) => {
    if (!drop.isFalling) return [drop];
    const speed = drop.speed + GRAVITY_PX * seconds;
    const fallenPx = drop.fallenPx + speed * seconds;
    return fallenPx >= depthPx ? [] : [{ ...drop, speed, fallenPx }];
  });
}
