// The report's own plots. As pictures they can neither run nor load anything, whatever is in them.
import type { Postmortem } from '../../../client/index.ts';

export function Plots({ plots }: Pick<Postmortem, 'plots'>) {
  if (plots.length === 0) return null;
  return (
    <div className="postmortem-plots">
      {plots.map(({ key, svg, title }) => (
        <figure key={key}>
          <figcaption>{title}</figcaption>
          <img src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`} alt={title} />
        </figure>
      ))}
    </div>
  );
}
