// The mark of the product: a well with water in it.

export function Mark({ hasName = true }: { readonly hasName?: boolean }) {
  return (
    <span className="mark">
      <svg aria-hidden="true" width="22" height="22" viewBox="0 0 32 32" fill="none">
        <path
          d="M7 14c3-2.4 6-2.4 9 0s6 2.4 9 0v10.5a3.5 3.5 0 0 1-3.5 3.5h-11A3.5 3.5 0 0 1 7 24.5Z"
          style={{ fill: 'var(--calm-top)' }}
        />
        <path
          d="M5 4v20a5 5 0 0 0 5 5h12a5 5 0 0 0 5-5V4"
          style={{ stroke: 'var(--ink)' }}
          strokeWidth="3"
          strokeLinecap="round"
        />
      </svg>
      {hasName && 'Aquifer'}
    </span>
  );
}
