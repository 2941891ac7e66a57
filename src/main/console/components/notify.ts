// Says that something is done, or is not; with an undo where there is one.
import { notifications } from '@mantine/notifications';
import { createElement } from 'react';
import { isDismissed } from '../hosted/step-up-dismissed.ts';
import { Button } from './button.tsx';
import { problemWords } from './problem-words.ts';

const SAID_FOR_MS = 5000;
/** One must be able to read it, think, and reach the button. */
const UNDO_FOR_MS = 10_000;

export function say(message: string): void {
  notifications.show({ message, autoClose: SAID_FOR_MS });
}

/** Says what was done and offers to take it back. */
export function sayWithUndo(message: string, undo: () => void): void {
  const id = notifications.show({ message: '', autoClose: UNDO_FOR_MS });
  const button = createElement(
    Button,
    {
      weight: 'quiet',
      onClick: () => {
        notifications.hide(id);
        undo();
      },
    },
    'Undo',
  );
  notifications.update({ id, message: createElement('span', { className: 'said' }, message, button) });
}

/** Says what went wrong and keeps saying it until it is closed. Who put a question for a proof away knows that nothing was done. */
export function sayProblem(error: unknown): void {
  if (isDismissed(error)) return;
  const words = problemWords(error);
  const request = words.requestId === null ? '' : ` Request ${words.requestId}.`;
  notifications.show({
    title: words.title,
    message: `${words.advice}${request}`,
    color: 'var(--bad)',
    autoClose: false,
  });
}
