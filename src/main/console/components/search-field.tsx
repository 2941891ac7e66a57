// The search of a screen; the `/` key finds it by its mark.
import { useDebouncedCallback } from '@mantine/hooks';
import { Icon } from './icon.tsx';
import './field.css';
import './search-field.css';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onSearch: (text: string) => void;
}

const TYPING_PAUSE_MS = 250;

export function SearchField({ label, value, onSearch }: SearchFieldProps) {
  const search = useDebouncedCallback(onSearch, TYPING_PAUSE_MS);
  return (
    <label className="search-field">
      <span className="only-for-screen-readers">{label}</span>
      <Icon name="search" />
      <input
        type="search"
        className="field-input"
        data-search
        placeholder={label}
        defaultValue={value}
        onChange={(event) => search(event.target.value)}
      />
      <kbd title="The key that leads here">/</kbd>
    </label>
  );
}
