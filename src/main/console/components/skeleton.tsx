// The shape of what is coming, shown only when it takes longer than one notices (the delay is in the style).
import './skeleton.css';

export function TableSkeleton({ columns, rows = 6 }: { readonly columns: number; readonly rows?: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton-row">
          {Array.from({ length: columns }, (_, column) => (
            <span
              key={column}
              className="skeleton-bar"
              style={{ width: `${column === 0 ? 46 + ((row * 17) % 36) : 30 + ((row * 13 + column * 29) % 34)}%` }}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

export function LinesSkeleton({ lines = 4 }: { readonly lines?: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className="skeleton-bar" style={{ width: `${84 - ((line * 23) % 48)}%` }} />
      ))}
    </div>
  );
}
