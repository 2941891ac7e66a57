// How wide an element is, and again whenever that changes: for drawings that are laid out in pixels.
import { type RefObject, useEffect, useState } from 'react';

/** Zero before it is known. */
export function useWidth(host: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const follow = new ResizeObserver(measure);
    follow.observe(element);
    return () => follow.disconnect();
  }, [host]);
  return width;
}
