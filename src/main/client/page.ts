// Lists come in pages; a page says where the next begins.

export interface PageRequest {
  /** At most this many; the server has its own limit and default. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before; left out for the first. */
  readonly cursor?: string | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}
