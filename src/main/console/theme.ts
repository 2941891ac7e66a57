// Hands the tokens of theme.css to Mantine, so that its overlays, menus and notifications speak the same language.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** The accent from light to deep, for the parts of Mantine that ask for a shade. */
const water: MantineColorsTuple = [
  '#e5f1f8',
  '#cbe3f1',
  '#9fcbe6',
  '#6ab7ea',
  '#3a94ca',
  '#1a73ad',
  '#0f659a',
  '#0b5c8e',
  '#094b75',
  '#07395a',
];

export const theme = createTheme({
  primaryColor: 'water',
  primaryShade: { light: 7, dark: 5 },
  colors: { water },
  fontFamily: 'var(--font-sans)',
  fontFamilyMonospace: 'var(--font-mono)',
  defaultRadius: 8,
  respectReducedMotion: true,
  cursorType: 'pointer',
  fontSizes: {
    xs: 'var(--text-small)',
    sm: 'var(--text-body)',
    md: 'var(--text-large)',
    lg: 'var(--text-title)',
    xl: 'var(--text-display)',
  },
  components: {
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 }, transitionProps: { duration: 160 } },
    },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: false } },
    Menu: { defaultProps: { transitionProps: { duration: 160 }, shadow: 'var(--shadow)' } },
  },
});

/** Mantine's own colours, pointed at ours: both schemes come from `light-dark()` in theme.css. */
export const resolveCssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--ground)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-soft)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-placeholder': 'var(--ink-faint)',
    '--mantine-color-anchor': 'var(--water)',
    '--mantine-color-error': 'var(--bad)',
  };
  return { variables: {}, light: shared, dark: shared };
};
