// The command palette: every place and every action, by name.
import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionData, spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Icon, type IconName } from '../components/icon.tsx';
import { collectionsQuery } from '../data/collections.ts';
import { beginRun, plannerActions } from '../planner/palette-actions.ts';
import { openKeyboardHelp } from './keyboard-help.tsx';
import { type KeyBinding, useKeys } from './keys.ts';
import { useLogOut } from './use-log-out.ts';
import { placeGroupsFor, useIsWatch } from './watching.ts';

export function Palette() {
  const navigate = useNavigate();
  const isWatch = useIsWatch();
  const bindings = useMemo<readonly KeyBinding[]>(
    () => [
      { keys: 'mod+k', run: spotlight.toggle },
      { keys: '?', run: openKeyboardHelp },
      { keys: '/', run: focusSearch },
      ...placesFor(isWatch).map((place) => ({ keys: `g ${place.key}`, run: () => void navigate({ to: place.to }) })),
    ],
    [navigate, isWatch],
  );
  useKeys(bindings);
  return (
    <Spotlight
      actions={usePaletteActions()}
      shortcut={null}
      attributes={{ content: { 'aria-label': 'Go to a page or do something' } }}
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
      nothingFound="Nothing by that name"
      limit={12}
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{ leftSection: <Icon name="search" />, placeholder: 'Go to a page or do something' }}
    />
  );
}

function usePaletteActions() {
  const navigate = useNavigate();
  const logOut = useLogOut();
  const { setColorScheme } = useMantineColorScheme();
  const isWatch = useIsWatch();
  // Known collections only: the palette does not ask the server by itself.
  const collections = useQuery({ ...collectionsQuery(), enabled: false });

  return [
    {
      group: 'Go to',
      actions: placesFor(isWatch).map((place) =>
        action(place.icon, place.label, () => void navigate({ to: place.to }), place.about),
      ),
    },
    {
      group: 'Do',
      actions: [
        ...(isWatch ? [] : [...creations(navigate), ...plannings(navigate)]),
        action('sun', 'Light colours', () => setColorScheme('light')),
        action('moon', 'Dark colours', () => setColorScheme('dark')),
        action('half', 'Colours as the system', () => setColorScheme('auto')),
        action('keyboard', 'Show the keys', openKeyboardHelp),
        action('prompt', 'API reference', () => location.assign('/docs')),
        action('leave', 'Log out', () => void logOut()),
      ],
    },
    {
      group: 'Collections',
      actions: (collections.data ?? []).map(({ name }) =>
        action('layers', name, () => void navigate({ to: '/collections/$collection', params: { collection: name } })),
      ),
    },
  ].filter((group) => group.actions.length > 0);
}

const placesFor = (isWatch: boolean) => placeGroupsFor(isWatch).flatMap((group) => group.places);

function creations(navigate: ReturnType<typeof useNavigate>) {
  return [
    action('plus', 'Create a user', () => void navigate({ to: '/users', search: { create: true } })),
    action('plus', 'Create a collection', () => void navigate({ to: '/collections/new' })),
  ];
}

function plannings(navigate: ReturnType<typeof useNavigate>) {
  return plannerActions.map((one) =>
    action(one.icon, one.label, () => {
      void beginRun(one);
      void navigate({ to: one.to });
    }),
  );
}

function action(icon: IconName, label: string, onClick: () => void, description?: string): SpotlightActionData {
  return {
    id: `${icon}:${label}`,
    label,
    onClick,
    leftSection: <Icon name={icon} />,
    ...(description && { description }),
  };
}

function focusSearch(): void {
  const search = document.querySelector<HTMLInputElement>('[data-search]');
  if (search) search.focus();
  else spotlight.open();
}
