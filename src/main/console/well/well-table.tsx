// The well for those who hear it: the same numbers as a table, out of sight.
import type { PoolSnapshot } from '../../client/index.ts';
import { describeLane } from './words.ts';

/** A table of all lanes, read on request only: numbers that change ten times a second must not speak by themselves. */
export function WellTable({ pool }: { readonly pool: PoolSnapshot }) {
  return (
    <div className="only-for-screen-readers">
      <table>
        <caption>
          {pool.total} of {pool.maxConnections} connections are open, {pool.idle} of them idle.
        </caption>
        <thead>
          <tr>
            <th scope="col">Lane</th>
            <th scope="col">Free</th>
            <th scope="col">Ceiling</th>
            <th scope="col">Guaranteed</th>
            <th scope="col">In use</th>
            <th scope="col">Waiting</th>
            <th scope="col">Refused in the last minute</th>
          </tr>
        </thead>
        <tbody>
          {pool.lanes.map((lane) => (
            <tr key={lane.name}>
              <th scope="row">{describeLane(lane.name).title}</th>
              <td>{lane.free}</td>
              <td>{lane.ceiling}</td>
              <td>{lane.guaranteed}</td>
              <td>{lane.active}</td>
              <td>{lane.waiting}</td>
              <td>{lane.refusedLastMinute}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
