// The frame of a page that hangs on a wall: no navigation, but the same door, palette and keys.
import { Outlet } from '@tanstack/react-router';
import { KeyboardHelp } from './keyboard-help.tsx';
import { OperatorsOnly } from './operators-only.tsx';
import { Palette } from './palette.tsx';

export function WallFrame() {
  return (
    <OperatorsOnly>
      {() => (
        <>
          <Outlet />
          <Palette />
          <KeyboardHelp />
        </>
      )}
    </OperatorsOnly>
  );
}
