// An application's own colour, made readable: as a ground for white or black text, and as text in both themes.

interface Rgb {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** WCAG AA for text. */
const READABLE = 4.5;
const LIGHT_GROUND: Rgb = { red: 251, green: 252, blue: 253 };
/** The lighter of the dark grounds, a dialog's: what is readable on it is so on the page too. */
const DARK_GROUND: Rgb = { red: 18, green: 24, blue: 30 };
const WHITE: Rgb = { red: 255, green: 255, blue: 255 };
const BLACK: Rgb = { red: 0, green: 0, blue: 0 };
const STEPS = 20;

export interface AccentColors {
  /** Under text. */
  readonly fill: string;
  readonly fillHover: string;
  /** Text on the fill. */
  readonly onFill: string;
  /** As text on the light and on the dark ground. */
  readonly onLight: string;
  readonly onDark: string;
}

/** The colours an accent leads to, or null when it is not a colour like `#0b5a8a` or `#07c`. */
export function accentColors(accent: string): AccentColors | null {
  const color = parse(accent);
  if (color === null) return null;
  const inkIsWhite = contrast(color, WHITE) >= contrast(color, BLACK);
  const ink = inkIsWhite ? WHITE : BLACK;
  return {
    fill: css(color),
    fillHover: css(mix(color, inkIsWhite ? BLACK : WHITE, 0.14)),
    onFill: css(ink),
    onLight: css(readableOn(LIGHT_GROUND, color, BLACK)),
    onDark: css(readableOn(DARK_GROUND, color, WHITE)),
  };
}

/** Puts the accent in the place of ours. */
export function applyAccent(accent: string, root: HTMLElement): void {
  const colors = accentColors(accent);
  if (colors === null) return;
  const text = `light-dark(${colors.onLight}, ${colors.onDark})`;
  root.style.setProperty('--water', text);
  root.style.setProperty('--water-fill', colors.fill);
  root.style.setProperty('--water-fill-hover', colors.fillHover);
  root.style.setProperty('--on-water', colors.onFill);
}

function readableOn(ground: Rgb, color: Rgb, towards: Rgb): Rgb {
  for (let step = 0; step < STEPS; step += 1) {
    const mixed = mix(color, towards, step / STEPS);
    if (contrast(mixed, ground) >= READABLE) return mixed;
  }
  return towards;
}

function parse(text: string): Rgb | null {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text);
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  const parts = long?.slice(1) ?? short?.slice(1).map((digit) => digit + digit);
  if (!parts) return null;
  const [red = 0, green = 0, blue = 0] = parts.map((part) => Number.parseInt(part, 16));
  return { red, green, blue };
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (one: number, other: number) => Math.round(one + (other - one) * share);
  return { red: part(from.red, to.red), green: part(from.green, to.green), blue: part(from.blue, to.blue) };
}

/** The WCAG ratio, from 1 to 21. */
function contrast(one: Rgb, other: Rgb): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance({ red, green, blue }: Rgb): number {
  const linear = (part: number) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function css({ red, green, blue }: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}
