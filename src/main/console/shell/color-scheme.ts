// The colours one chose, before anything is drawn: a page must not flash in the other ones.

/** Where Mantine keeps the choice. */
const STORAGE_KEY = 'mantine-color-scheme-value';

/** Sets the chosen scheme at once. Without a choice the system's own stands, by style alone. */
export function applyChosenColorScheme(): void {
  const chosen = localStorage.getItem(STORAGE_KEY);
  if (chosen === 'light' || chosen === 'dark') {
    document.documentElement.setAttribute('data-mantine-color-scheme', chosen);
  }
}
