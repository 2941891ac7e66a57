// Keys: single ones and two in a row, never while one is typing into a field.
import { useEffect } from 'react';

export interface KeyBinding {
  /** "/" or "g u"; "mod+k" for Ctrl or ⌘. */
  readonly keys: string;
  readonly run: () => void;
}

/** Two keys belong together when they follow within this time. */
const SEQUENCE_MS = 1200;

export interface KeyPress {
  readonly key: string;
  readonly hasModifier: boolean;
  readonly atMs: number;
}

/** What was pressed, as the bindings write it: with the key before it when that one opened a sequence. */
export function pressedKeys(press: KeyPress, before: KeyPress | null): string {
  const key = press.key.toLowerCase();
  if (press.hasModifier) return `mod+${key}`;
  const isSecond = before !== null && before.key === 'g' && press.atMs - before.atMs < SEQUENCE_MS;
  return isSecond ? `${before.key} ${key}` : key;
}

/** Listens on the whole page as long as the component stands. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  useEffect(() => {
    let before: KeyPress | null = null;
    const listen = (event: KeyboardEvent) => {
      if (event.altKey || event.isComposing) return;
      const press = { key: event.key, hasModifier: event.ctrlKey || event.metaKey, atMs: event.timeStamp };
      if (!press.hasModifier && isTyping(event.target)) return;
      const pressed = pressedKeys(press, before);
      before = press;
      const binding = bindings.find((candidate) => candidate.keys === pressed);
      if (!binding) return;
      event.preventDefault();
      before = null;
      binding.run();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [bindings]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable="true"]') !== null;
}
