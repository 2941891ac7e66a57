// The face of the product: one pool as one well in cross-section, a column of water for each lane.
import { useElementSize, useReducedMotion } from '@mantine/hooks';
import { useMemo, useRef } from 'react';
import type { LaneSnapshot, PoolSnapshot } from '../../client/index.ts';
import { LaneColumn } from './lane-column.tsx';
import { laneState } from './lane-state.ts';
import { layOutWell, type WellLayout } from './layout.ts';
import { useWellMotion } from './use-well-motion.ts';
import { WellStone } from './well-stone.tsx';
import { WellTable } from './well-table.tsx';
import { describeLane, laneNote } from './words.ts';
import './well.css';

interface WellProps {
  readonly pool: PoolSnapshot;
  /** True when the numbers are old: the water pales, and the screen around says why. */
  readonly isStale: boolean;
  readonly selectedLane: string | null;
  readonly onSelectLane: (name: string | null) => void;
  /** Taller or lower than usual: on a wall. */
  readonly heightPx?: number | undefined;
}

/** Draws the pool. It fetches nothing and decides nothing; clicking a column selects its lane. */
export function Well({ pool, isStale, selectedLane, onSelectLane, heightPx }: WellProps) {
  const { ref, width } = useElementSize();
  const svg = useRef<SVGSVGElement>(null);
  const isMotionReduced = useReducedMotion() ?? false;
  const layout = useMemo(() => layOutWell(width, pool.lanes.length, heightPx), [width, pool.lanes.length, heightPx]);
  useWellMotion(svg, pool.lanes, layout, isMotionReduced);

  return (
    <section className="well" data-stale={isStale || undefined} aria-label="The connection pool">
      <div ref={ref} className="well-stage" style={{ minHeight: layout.height }}>
        {width > 0 && (
          // A layer of its own: what never moves is not painted again for each frame of what does.
          <svg aria-hidden="true" width={layout.width} height={layout.height} className="well-drawing well-still">
            <WellStone layout={layout} />
          </svg>
        )}
        {width > 0 && (
          <svg ref={svg} aria-hidden="true" width={layout.width} height={layout.height} className="well-drawing">
            {pool.lanes.map((lane, index) => (
              <LaneColumn key={lane.name} lane={lane} box={layout.columns[index]} index={index} />
            ))}
          </svg>
        )}
        <LaneButtons lanes={pool.lanes} layout={layout} selectedLane={selectedLane} onSelectLane={onSelectLane} />
      </div>
      <WellTable pool={pool} />
    </section>
  );
}

interface LaneButtonsProps {
  readonly lanes: readonly LaneSnapshot[];
  readonly layout: WellLayout;
  readonly selectedLane: string | null;
  readonly onSelectLane: (name: string | null) => void;
}

/** One button over each column, reaching from the drops down to the numbers beneath. */
function LaneButtons({ lanes, layout, selectedLane, onSelectLane }: LaneButtonsProps) {
  return (
    <div className="well-lanes">
      {lanes.map((lane, index) => {
        const box = layout.columns[index];
        if (!box || layout.width === 0) return null;
        const isSelected = lane.name === selectedLane;
        return (
          <button
            key={lane.name}
            type="button"
            className="well-lane"
            data-state={laneState(lane)}
            aria-pressed={isSelected}
            style={{
              left: box.x - 4,
              width: box.width + 8,
              top: layout.groundY,
              paddingTop: layout.height - layout.groundY,
            }}
            onClick={() => onSelectLane(isSelected ? null : lane.name)}
          >
            <span className="well-lane-name">{describeLane(lane.name).title}</span>
            <span className="well-lane-free">
              <strong>{lane.free}</strong> of {lane.ceiling}
              <span className="well-lane-word"> free</span>
            </span>
            <span className="well-lane-note">{laneNote(lane)}</span>
          </button>
        );
      })}
    </div>
  );
}
