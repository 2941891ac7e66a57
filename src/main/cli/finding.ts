/** One thing that `aquifer doctor` looked at, and what it found. */

export interface Finding {
  check: string;
  status: 'ok' | 'warning' | 'fault';
  detail: string;
}
