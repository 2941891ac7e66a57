// The icons: one weight, one size, drawn on a 16-unit square. They accompany words and are never alone without a label.

const shapes = {
  well: 'M3 2v9.500a2.5 2.5 0 0 0 2.5 2.500h5a2.5 2.5 0 0 0 2.5-2.500V2M3 8c1.7-1.3 3.3-1.3 5 0s3.3 1.3 5 0',
  user: 'M8 8a2.8 2.8 0 1 0 0-5.600A2.8 2.8 0 0 0 8 8ZM2.8 14c.5-2.6 2.5-4 5.2-4s4.7 1.4 5.2 4',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.800V8l2.2 1.4',
  mail: 'M2 4.500A1.5 1.5 0 0 1 3.5 3h9A1.5 1.5 0 0 1 14 4.500v7a1.5 1.5 0 0 1-1.5 1.500h-9A1.5 1.5 0 0 1 2 11.500ZM2.3 4.5 8 9l5.7-4.5',
  layers: 'M8 2 14 5 8 8 2 5ZM2 8l6 3 6-3M2 11l6 3 6-3',
  prompt: 'M3 4l3.5 4L3 12M8 12.500h5',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.8 10.8 14 14',
  plus: 'M8 3v10M3 8h10',
  close: 'M4 4l8 8M12 4l-8 8',
  next: 'M6 3.5 10.5 8 6 12.5',
  previous: 'M10 3.5 5.5 8 10 12.5',
  copy: 'M5.5 5.500V3.500A1.5 1.5 0 0 1 7 2h5.500A1.5 1.5 0 0 1 14 3.500V9a1.5 1.5 0 0 1-1.5 1.500h-2M3.5 5.500H9A1.5 1.5 0 0 1 10.5 7v5.500A1.5 1.5 0 0 1 9 14H3.500A1.5 1.5 0 0 1 2 12.500V7a1.5 1.5 0 0 1 1.5-1.500Z',
  check: 'M3 8.5 6.5 12 13 4.5',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1.500v1M8 13.500v1M1.5 8h1M13.5 8h1M3.4 3.400l.7.7M11.9 11.900l.7.7M3.4 12.600l.7-.7M11.9 4.100l.7-.7',
  moon: 'M13.5 9.600A6 6 0 0 1 6.4 2.500a6 6 0 1 0 7.1 7.100Z',
  half: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 2v12M8 5l3.5-1M8 8h5.500M8 11l3.8 1',
  menu: 'M2.5 4.500h11M2.5 8h11M2.5 11.500h11',
  leave: 'M9.5 2.500H4A1.5 1.5 0 0 0 2.5 4v8A1.5 1.5 0 0 0 4 13.500h5.500M7 8h7M11 5l3 3-3 3',
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  eyeClosed: 'M1.5 6.500S4 10.5 8 10.500s6.5-4 6.5-4M8 10.500v2.500M4.2 9.6 3 11.800M11.8 9.600l1.2 2.2',
  keyboard:
    'M2.5 4h11A1.5 1.5 0 0 1 15 5.500v5a1.5 1.5 0 0 1-1.5 1.500h-11A1.5 1.5 0 0 1 1 10.500v-5A1.5 1.5 0 0 1 2.5 4ZM4 6.800h.01M6.7 6.800h.01M9.3 6.800h.01M12 6.800h.01M5 9.500h6',
  trash: 'M2.5 4h11M6 4V2.500h4V4M4 4l.6 8.600a1 1 0 0 0 1 .9h4.800a1 1 0 0 0 1-.9L12 4',
  alert: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 5v3.500M8 11h.01',
  chart: 'M2.5 2.500v11h11M5 10.500l2.5-3.500 2.500 2L13 5',
  pulse: 'M1.5 8.500h3l2-5 3 9 2-5.500 1 1.500h2',
  grow: 'M6 2.500H2.500V6M10 2.500h3.500V6M6 13.500H2.500V10M10 13.500h3.500V10',
  shrink: 'M2.5 6H6V2.500M13.5 6H10V2.500M2.5 10H6v3.500M13.5 10H10v3.500',
  screen: 'M2.5 3h11A1 1 0 0 1 14.5 4v6.500a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM5.5 14h5M8 11.500V14',
  table: 'M2.5 3h11v10h-11ZM2.5 6.500h11M6.5 6.500V13',
  gauge: 'M2.5 11.500a5.500 5.500 0 1 1 11 0M8 11.500 10.500 7.500',
  bell: 'M4 11.500V7a4 4 0 0 1 8 0v4.500l1 1H3ZM6.500 14.200h3',
  flag: 'M3.500 14V2.500M3.500 3h8l-1.800 2.800L11.500 8.500h-8',
  rule: 'M8 2 13 4v4c0 3-2 5-5 6-3-1-5-3-5-6V4ZM6 8l1.500 1.500L10.500 6.500',
} as const;

export type IconName = keyof typeof shapes;

/** Draws an icon in the colour of the text around it. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      style={{ flex: 'none' }}
    >
      <path d={shapes[name]} />
    </svg>
  );
}
