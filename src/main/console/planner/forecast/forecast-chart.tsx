// What a statement costs as its tables grow, on two logarithmic axes: its cliff in red, its flips as points, the others faint.
import { type PointerEvent, useRef, useState } from 'react';
import type { ForecastStatement } from '../../../client/index.ts';
import { figureWords, shortFigure } from '../plan/plan-words.ts';
import { type CurveArea, costAt, curvePath, curveScales, dateAt, proportionalPath } from './curve.ts';
import { aroundWords, cliffTone, factorWords } from './forecast-words.ts';
import { decadeTicks, place, valueAt } from './log-scale.ts';
import { useWidth } from './use-width.ts';
import './forecast-chart.css';

interface ForecastChartProps {
  readonly chosen: ForecastStatement;
  readonly all: readonly ForecastStatement[];
  readonly takenAt: string;
  readonly onChoose: (name: string) => void;
}

const HEIGHT = 340;
const MOST_LINES = 40;

export function ForecastChart({ all, chosen, onChoose, takenAt }: ForecastChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const width = useWidth(host);
  const area: CurveArea = { width, height: HEIGHT, left: 56, right: width < 520 ? 12 : 28, top: 28, bottom: 52 };
  // What stays as it is would only be lines across.
  const growing = all.filter(({ cliff, growth, name }) => name !== chosen.name && (cliff || growth !== 'flat'));
  const others = growing.slice(0, MOST_LINES);
  const scales = curveScales([chosen, ...others], area);
  const [factor, setFactor] = useState<number | null>(null);
  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const { left } = event.currentTarget.getBoundingClientRect();
    setFactor(valueAt(scales.x, event.clientX - left));
  };
  const words = factor === null ? '' : readout(factor, chosen, takenAt);
  return (
    <figure className="forecast-chart">
      <figcaption>
        <strong>Cost of a call at worst</strong>
        <span className="faint small">by how many times today’s rows there are</span>
        <span className="forecast-readout" aria-hidden="true">
          {words}
        </span>
      </figcaption>
      <div ref={host}>
        {width > 0 && (
          <svg
            width={width}
            height={HEIGHT}
            role="img"
            aria-label={chosen.sentence.replaceAll('`', '')}
            onPointerMove={follow}
            onPointerLeave={() => setFactor(null)}
          >
            <Axes chosen={chosen} scales={scales} area={area} takenAt={takenAt} />
            {others.map((statement) => (
              // biome-ignore lint/a11y/noStaticElementInteractions: the table below has the same choice for the keys
              <path
                key={statement.name}
                className="curve-other"
                d={curvePath(statement, scales)}
                onClick={() => onChoose(statement.name)}
              >
                <title>{statement.name}</title>
              </path>
            ))}
            <path className="curve-proportional" d={proportionalPath(chosen, scales)} />
            <Chosen chosen={chosen} scales={scales} area={area} />
            {factor !== null && <Cursor factor={factor} chosen={chosen} scales={scales} area={area} />}
          </svg>
        )}
      </div>
    </figure>
  );
}

function readout(factor: number, chosen: ForecastStatement, takenAt: string): string {
  const cost = costAt(chosen, factor);
  const around = aroundWords(dateAt(factor, chosen, takenAt), Date.parse(takenAt));
  return [`at ${factorWords(factor)}`, ...(cost === null ? [] : [`cost ${figureWords(cost)}`]), around]
    .filter(Boolean)
    .join(' · ');
}

interface PartProps {
  readonly chosen: ForecastStatement;
  readonly scales: ReturnType<typeof curveScales>;
  readonly area: CurveArea;
}

const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** Left out where there is no room for their words. */
const CROWDED: ReadonlySet<number> = new Set([20, 50, 200, 500]);

function Axes({ area, chosen, scales, takenAt }: PartProps & { readonly takenAt: string }) {
  const { x, y } = scales;
  const floor = area.height - area.bottom;
  const end = area.width - area.right;
  const isNarrow = area.width < 520;
  return (
    <g className="curve-axes">
      {decadeTicks(y).map((cost) => (
        <g key={cost}>
          <line x1={area.left} x2={end} y1={place(y, cost)} y2={place(y, cost)} />
          <text x={area.left - 10} y={place(y, cost) + 4} textAnchor="end">
            {shortFigure(cost)}
          </text>
        </g>
      ))}
      {SIZES.filter((size) => size <= x.to * 1.001 && !(isNarrow && CROWDED.has(size))).map((size) => (
        <g key={size}>
          <line className="curve-tick" x1={place(x, size)} x2={place(x, size)} y1={floor} y2={floor + 5} />
          <text x={place(x, size)} y={floor + 20} textAnchor="middle">
            {size === 1 ? 'today' : factorWords(size)}
          </text>
          {size > 1 && !isNarrow && (
            <text className="curve-date" x={place(x, size)} y={floor + 38} textAnchor="middle">
              {dateOf(size, chosen, takenAt)}
            </text>
          )}
        </g>
      ))}
    </g>
  );
}

const monthOfYear = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric' });
const YEARS_AHEAD_MS = 15 * 365 * 86_400_000;

function dateOf(size: number, chosen: ForecastStatement, takenAt: string): string {
  const at = dateAt(size, chosen, takenAt);
  if (at === null || Date.parse(at) - Date.parse(takenAt) > YEARS_AHEAD_MS) return '';
  return monthOfYear.format(Date.parse(at));
}

function Chosen({ area, chosen, scales }: PartProps) {
  const { cliff } = chosen;
  const { x, y } = scales;
  const floor = area.height - area.bottom;
  const cliffX = cliff ? place(x, cliff.factor) : null;
  const isLate = cliffX !== null && cliffX > area.width * 0.6;
  return (
    <g className="curve-chosen" data-tone={cliff ? cliffTone(cliff, Date.now()) : undefined}>
      {cliff && cliffX !== null && (
        <>
          <rect
            x={cliffX}
            y={area.top}
            width={Math.max(0, area.width - area.right - cliffX)}
            height={floor - area.top}
          />
          <line x1={cliffX} x2={cliffX} y1={area.top - 14} y2={floor} />
          <text x={cliffX + (isLate ? -8 : 8)} y={area.top - 6} textAnchor={isLate ? 'end' : 'start'}>
            {[factorWords(cliff.factor), aroundWords(cliff.at, Date.now())].filter(Boolean).join(', ')}
          </text>
        </>
      )}
      <path d={curvePath(chosen, scales)} />
      {chosen.flips.map((flip) => {
        const cost = costAt(chosen, flip.factor);
        return cost === null ? null : (
          <circle
            key={`${flip.factor} ${flip.binding}`}
            cx={place(x, flip.factor)}
            cy={place(y, cost)}
            r={4}
            data-worse={flip.isWorse || undefined}
          />
        );
      })}
    </g>
  );
}

function Cursor({ area, chosen, factor, scales }: PartProps & { readonly factor: number }) {
  const at = place(scales.x, factor);
  const cost = costAt(chosen, factor);
  return (
    <g className="curve-cursor" pointerEvents="none">
      <line className="curve-cursor-line" x1={at} x2={at} y1={area.top} y2={area.height - area.bottom} />
      {cost !== null && <circle className="curve-cursor-point" cx={at} cy={place(scales.y, cost)} r={3.5} />}
    </g>
  );
}
