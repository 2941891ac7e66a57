// A token's colour as the canvas needs it: resolved for the scheme that is shown now.

/** @param token such as `--chart-critical` */
export function resolveColor(within: Element, token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  within.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}
