// Where one is logged in, and which devices are spared the second factor.

import { RememberedDevices } from './remembered-devices.tsx';
import { SessionList } from './session-list.tsx';

export function DevicesPart() {
  return (
    <>
      <SessionList />
      <RememberedDevices />
    </>
  );
}
