// What of a forecast is looked at, as it stands in the address.

export interface ForecastSearch {
  /** The statement whose curve is drawn, by its name; the one with the nearest cliff where left out. */
  readonly statement?: string;
  readonly search?: string;
}

/** Reads an address; what is no text is left out. */
export function readForecastSearch(search: Record<string, unknown>): ForecastSearch {
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
  return {
    ...(text(search.statement) !== '' ? { statement: text(search.statement) } : {}),
    ...(text(search.search) !== '' ? { search: text(search.search) } : {}),
  };
}
