// One lane's column: the cup of stone that holds its guarantee, a staff to read, the water and the drops.
import type { LaneSnapshot } from '../../client/index.ts';
import { DROPS_SHOWN } from './drops.ts';
import { laneState } from './lane-state.ts';
import { type Box, surfaceY } from './surface.ts';

/** More marks than this on a staff could not be told apart. */
const MOST_MARKS = 32;
/** Narrower columns say only the number. */
const ROOM_FOR_WORDS_PX = 96;
/** A drop falling and the two waves before it is let go: shapes are prepared so that no frame creates an element. */
const DROP_SHAPES = DROPS_SHOWN * 2;

interface LaneColumnProps {
  readonly lane: LaneSnapshot;
  readonly box: Box | undefined;
  readonly index: number;
}

/** The still parts are drawn here; `useWellMotion` fills in what moves. */
export function LaneColumn({ lane, box, index }: LaneColumnProps) {
  if (!box) return null;
  const gradient = `well-water-${index}`;
  const more = lane.waiting - DROPS_SHOWN;
  return (
    <g className="lane-column" data-lane={lane.name} data-state={laneState(lane)}>
      <defs>
        <linearGradient id={gradient} gradientUnits="userSpaceOnUse" x1="0" y1={box.top} x2="0" y2={box.bottom}>
          <stop offset="0" className="lane-water-top" />
          <stop offset="1" className="lane-water-deep" />
        </linearGradient>
        <clipPath id={`${gradient}-shaft`}>
          <rect x={box.x} y={0} width={box.width} height={box.bottom} rx="3" />
        </clipPath>
      </defs>
      <rect x={box.x} y={box.top} width={box.width} height={box.bottom - box.top} rx="3" className="lane-dry" />
      <GuaranteeLine box={box} lane={lane} className="lane-guarantee-dry" />
      <g clipPath={`url(#${gradient}-shaft)`}>
        <path data-part="behind" fill={`url(#${gradient})`} className="lane-water-behind" />
        <path data-part="water" fill={`url(#${gradient})`} />
        <path data-part="surface" className="lane-surface" />
      </g>
      <GuaranteeLine box={box} lane={lane} className="lane-guarantee" />
      <Staff box={box} ceiling={lane.ceiling} />
      <Cup box={box} share={lane.ceiling === 0 ? 0 : lane.guaranteed / lane.ceiling} />
      <g data-part="drops">
        {Array.from({ length: DROP_SHAPES }, (_, shape) => (
          <path key={shape} d="M0-6.5C2-3 4-1 4 1.500a4 4 0 0 1-8 0C-4-1-2-3 0-6.500Z" className="lane-drop" />
        ))}
      </g>
      {more > 0 && (
        <text x={box.x + box.width / 2} y={13} textAnchor="middle" className="lane-more">
          {box.width < ROOM_FOR_WORDS_PX ? `+${more}` : `and ${more} more`}
        </text>
      )}
    </g>
  );
}

interface GuaranteeLineProps {
  readonly box: Box;
  readonly lane: LaneSnapshot;
  readonly className: string;
}

/** The guarantee across the column: once behind the water for a dry wall, once light in front of the water. */
function GuaranteeLine({ box, lane, className }: GuaranteeLineProps) {
  if (lane.guaranteed === 0 || lane.ceiling === 0) return null;
  const y = surfaceY(box, lane.guaranteed / lane.ceiling);
  return <path d={`M${box.x} ${y}H${box.x + box.width}`} className={className} />;
}

/** One mark for each connection the lane may ever hold. */
function Staff({ box, ceiling }: { readonly box: Box; readonly ceiling: number }) {
  if (ceiling > MOST_MARKS || ceiling < 1) return null;
  const marks = Array.from({ length: ceiling }, (_, index) => surfaceY(box, (index + 1) / ceiling));
  const path = marks.map((y) => `M${box.x} ${y.toFixed(1)}h5`).join('');
  return <path d={path} className="lane-staff" />;
}

/** Stone up to the guarantee, with a brim on either side; a hair line from there up, where the water is shared. */
function Cup({ box, share }: { readonly box: Box; readonly share: number }) {
  const brim = surfaceY(box, share);
  const left = box.x - 2;
  const right = box.x + box.width + 2;
  const floor = box.bottom + 2;
  const base = `V${floor - 4}Q${left} ${floor} ${left + 4} ${floor}H${right - 4}Q${right} ${floor} ${right} ${floor - 4}`;
  const shared = `M${left} ${brim - 4}V${box.top - 6}M${right} ${brim - 4}V${box.top - 6}`;
  if (share === 0) {
    // Nothing is kept for this lane: it has a floor and no walls of its own.
    return (
      <>
        <path d={shared} className="lane-shared-wall" />
        <path d={`M${left + 2} ${floor}H${right - 2}`} className="lane-cup" />
      </>
    );
  }
  return (
    <>
      <path d={shared} className="lane-shared-wall" />
      <path d={`M${left - 4} ${brim}H${left}${base}V${brim}H${right + 4}`} className="lane-cup" />
    </>
  );
}
