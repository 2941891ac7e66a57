// The nonce the server put into the page: what adds a style element at run time has to carry it.

declare global {
  // The name `get-nonce` looks for, through which Mantine's scroll lock learns the nonce.
  var __webpack_nonce__: string | undefined;
}

/** Reads the nonce and leaves it where the libraries look. */
export function readCspNonce(): string {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
  globalThis.__webpack_nonce__ = nonce;
  return nonce;
}
