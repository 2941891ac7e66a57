/** Stub. */
import type { DroughtResult } from '../result.ts';
export function renderPage(result: DroughtResult): string {
  return JSON.stringify(result);
}
