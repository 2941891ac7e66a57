// Keeps a screen on a wall from going dark, where the browser can; a tab in the background keeps nothing awake.
import { useEffect } from 'react';

export function useWakeLock(isWanted: boolean): void {
  useEffect(() => {
    if (!isWanted || !('wakeLock' in navigator)) return;
    let isOver = false;
    let release: (() => Promise<void>) | null = null;
    navigator.wakeLock.request('screen').then(
      (lock) => {
        if (isOver) void lock.release();
        else release = () => lock.release();
      },
      // Refused on a low battery, for example: the screen then goes dark as it always did.
      () => undefined,
    );
    return () => {
      isOver = true;
      void release?.();
    };
  }, [isWanted]);
}
