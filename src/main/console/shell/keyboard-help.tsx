// The list of keys, opened with `?`.
import { Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import { places } from './screens.ts';
import './keyboard-help.css';

const OPEN_EVENT = 'aquifer:keyboard-help';

/** Opens the list from wherever one is. */
export function openKeyboardHelp(): void {
  document.dispatchEvent(new Event(OPEN_EVENT));
}

const keys = [
  { keys: ['/'], does: 'Search on this page' },
  { keys: ['Ctrl', 'K'], does: 'Go to a page or do something (⌘ K on a Mac)' },
  { keys: ['?'], does: 'Show these keys' },
  { keys: ['Esc'], does: 'Close what is open' },
  ...places.map((place) => ({ keys: ['g', place.key], does: place.label })),
] as const;

export function KeyboardHelp() {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const open = () => setOpen(true);
    document.addEventListener(OPEN_EVENT, open);
    return () => document.removeEventListener(OPEN_EVENT, open);
  }, []);
  return (
    <Modal opened={isOpen} onClose={() => setOpen(false)} title="Keys" closeButtonProps={{ 'aria-label': 'Close' }}>
      <dl className="keyboard-help">
        {keys.map((entry) => (
          <div key={entry.does}>
            <dt>{entry.does}</dt>
            <dd>
              {entry.keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
