// The well before its first picture: the stone stands already, dry, so that nothing jumps when the water comes.
import { useElementSize } from '@mantine/hooks';
import { useMemo } from 'react';
import { layOutWell } from './layout.ts';
import { WellStone } from './well-stone.tsx';
import './well.css';

/** As many as the server has lanes; only the space they take matters here. */
const LANES = 5;

export function WellWaiting({ heightPx }: { readonly heightPx?: number | undefined }) {
  const { ref, width } = useElementSize();
  const layout = useMemo(() => layOutWell(width, LANES, heightPx), [width, heightPx]);
  return (
    <div className="well" role="status" aria-label="Loading the pool">
      <div ref={ref} className="well-stage" style={{ minHeight: layout.height }}>
        {width > 0 && (
          <svg aria-hidden="true" width={layout.width} height={layout.height} className="well-drawing">
            <WellStone layout={layout} />
          </svg>
        )}
      </div>
    </div>
  );
}
