// The ground the well is cut into: strata that fade to both sides, the shaft, and its lining of stone.
import { memo } from 'react';
import type { WellLayout } from './layout.ts';

/** One course of stone. */
const COURSE_PX = 17;

/** Drawn once for a width; nothing in it moves. */
export const WellStone = memo(function WellStone({ layout }: { readonly layout: WellLayout }) {
  const { width, height, curbY, floorY, shaftX, shaftWidth } = layout;
  const right = shaftX + shaftWidth;
  return (
    <>
      <WellFades width={width} height={height} />
      <Ground layout={layout} />
      <path
        d={`M${shaftX} ${curbY}V${floorY - 6}Q${shaftX} ${floorY} ${shaftX + 6} ${floorY}H${right - 6}Q${right} ${floorY} ${right} ${floorY - 6}V${curbY}Z`}
        fill="url(#well-shaft)"
      />
      <Lining layout={layout} />
    </>
  );
});

function WellFades({ width, height }: { readonly width: number; readonly height: number }) {
  return (
    <defs>
      <linearGradient id="well-fade" x1="0" x2="1" y1="0" y2="0">
        <stop offset="0" stopColor="#000" />
        <stop offset="0.1" stopColor="#fff" />
        <stop offset="0.9" stopColor="#fff" />
        <stop offset="1" stopColor="#000" />
      </linearGradient>
      <linearGradient id="well-fade-down" x1="0" x2="0" y1="0" y2="1">
        <stop offset="0.86" stopColor="#fff" />
        <stop offset="1" stopColor="#000" />
      </linearGradient>
      <mask id="well-sides">
        <rect width={width} height={height} fill="url(#well-fade)" />
      </mask>
      <mask id="well-bottom">
        <rect width={width} height={height} fill="url(#well-fade-down)" />
      </mask>
      <linearGradient id="well-shaft" x1="0" x2="0" y1="0" y2="1">
        <stop offset="0" className="well-shaft-top" />
        <stop offset="1" className="well-shaft-deep" />
      </linearGradient>
    </defs>
  );
}

/** Three layers, each a little denser than the one above; the deepest is the one that carries water. */
function Ground({ layout: { width, height, groundY, floorY } }: { readonly layout: WellLayout }) {
  const depth = floorY - groundY;
  const middle = groundY + depth * 0.3;
  const deep = groundY + depth * 0.66;
  return (
    <g mask="url(#well-sides)">
      <g mask="url(#well-bottom)">
        <path d={stratum(width, height, [groundY, 0])} className="well-earth" />
        <path d={stratum(width, height, [middle, 26])} className="well-earth-middle" />
        <path d={stratum(width, height, [deep, -20])} className="well-earth-deep" />
        <path d={stratumLine(width, [middle, 26])} className="well-earth-line" />
        <path d={stratumLine(width, [deep, -20])} className="well-earth-line" />
        <path d={stratumLine(width, [deep + depth * 0.2, 14])} className="well-earth-line" />
      </g>
      <path d={`M0 ${groundY}H${width}`} className="well-ground" />
    </g>
  );
}

/** The stone around the shaft: courses with joints, a curb on top, a floor below. */
function Lining({ layout: { curbY, floorY, shaftX, shaftWidth, liningPx } }: { readonly layout: WellLayout }) {
  const right = shaftX + shaftWidth;
  const left = shaftX - liningPx;
  const bottom = floorY + liningPx;
  const courses = Math.floor((floorY - curbY) / COURSE_PX);
  const joints = Array.from({ length: courses }, (_, index) => {
    const y = curbY + (index + 1) * COURSE_PX;
    return `M${left} ${y}H${shaftX}M${right} ${y}H${right + liningPx}`;
  }).join('');
  const curb = Math.max(5, liningPx * 0.6);
  return (
    <>
      <path
        d={`M${left} ${curbY}V${bottom - 6}Q${left} ${bottom} ${left + 6} ${bottom}H${right + liningPx - 6}Q${right + liningPx} ${bottom} ${right + liningPx} ${bottom - 6}V${curbY}H${right}V${floorY - 6}Q${right} ${floorY} ${right - 6} ${floorY}H${shaftX + 6}Q${shaftX} ${floorY} ${shaftX} ${floorY - 6}V${curbY}Z`}
        className="well-lining"
      />
      <path d={joints} className="well-joints" />
      <rect x={left - 4} y={curbY - curb} width={liningPx + 8} height={curb} rx="2" className="well-curb" />
      <rect x={right - 4} y={curbY - curb} width={liningPx + 8} height={curb} rx="2" className="well-curb" />
    </>
  );
}

type Course = readonly [y: number, sagPx: number];

/** A layer's upper edge: one slow curve over the whole width. */
function stratumLine(width: number, [y, sagPx]: Course): string {
  const third = width / 3;
  return `M0 ${y}C${third} ${y - sagPx} ${third * 2} ${y + sagPx} ${width} ${y - sagPx / 2}`;
}

function stratum(width: number, bottom: number, course: Course): string {
  return `${stratumLine(width, course)}V${bottom}H0Z`;
}
