// A refusal that no answer of the server brought: the page's own, or one whose code stands in the address.

export class PageError extends Error {
  override readonly name = 'PageError';
  /** What the catalogues call it: `problem.<code>`. */
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
