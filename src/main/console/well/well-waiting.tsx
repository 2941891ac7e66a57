// The place of the well before its first picture: the right height, so that nothing jumps when the water comes.
import { layOutWell } from './layout.ts';

export function WellWaiting() {
  const { height } = layOutWell(window.innerWidth, 5);
  return <div className="well-waiting" role="status" aria-label="Loading" style={{ height: height + 76 }} />;
}
