// How one lane's water moves: its level follows the truth without overshooting, its surface calms down by itself.

export interface Motion {
  /** What is drawn now, from 0 (dry) to 1 (as much as the lane can ever have). */
  readonly level: number;
  /** Levels per second. */
  readonly velocity: number;
  /** How unquiet the surface is, from 0 (a straight line) to 1. */
  readonly swell: number;
}

/** Stiffness per second: 95 % of the way after half a second, which is as fast as an eye follows calmly. */
const STIFFNESS = 9;
/** After this many seconds a surface has lost two thirds of its swell. */
const SWELL_DECAY_SECONDS = 1.3;
const SWELL_PER_VELOCITY = 1.6;
/** A tab that was asleep must not see one giant step. */
const LONGEST_STEP_SECONDS = 0.1;
const LEVEL_EPSILON = 0.0008;
const SWELL_EPSILON = 0.012;

/** Water at rest at a level. */
export function restAt(level: number): Motion {
  return { level, velocity: 0, swell: 0 };
}

/** The share of its ceiling that a lane could still take, from 0 to 1. */
export function fullness(lane: { readonly free: number; readonly ceiling: number }): number {
  if (lane.ceiling <= 0) return 0;
  return Math.min(1, Math.max(0, lane.free / lane.ceiling));
}

/**
 * Moves the water on by `elapsedMs` towards `target`. The spring is critically damped and solved exactly, so the
 * result does not depend on the frame rate. Water that has arrived and calmed is returned exactly at rest.
 */
export function flow(motion: Motion, target: number, elapsedMs: number): Motion {
  const seconds = Math.min(Math.max(elapsedMs, 0) / 1000, LONGEST_STEP_SECONDS);
  const distance = motion.level - target;
  const pull = motion.velocity + STIFFNESS * distance;
  const damping = Math.exp(-STIFFNESS * seconds);
  const level = target + (distance + pull * seconds) * damping;
  const velocity = (motion.velocity - STIFFNESS * pull * seconds) * damping;
  const calmed = motion.swell * Math.exp(-seconds / SWELL_DECAY_SECONDS);
  const swell = Math.min(1, Math.max(calmed, Math.abs(velocity) * SWELL_PER_VELOCITY));
  const next = { level, velocity, swell };
  return isStill(next, target) ? restAt(target) : next;
}

/** Stirs the surface without moving the level: work passed through the lane between two pictures. */
export function stir(motion: Motion, leases: number): Motion {
  if (leases <= 0) return motion;
  const strength = Math.min(0.75, 0.3 + 0.12 * Math.log2(1 + leases));
  return { ...motion, swell: Math.max(motion.swell, strength) };
}

/** True when nothing would move in the next frame, so that the drawing can stop altogether. */
export function isStill(motion: Motion, target: number): boolean {
  return (
    Math.abs(motion.level - target) < LEVEL_EPSILON &&
    Math.abs(motion.velocity) < LEVEL_EPSILON * STIFFNESS &&
    motion.swell < SWELL_EPSILON
  );
}
