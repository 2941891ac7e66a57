// The quiet list at the left: the places, the way to find everything else, and who is here.
import { Menu, useMantineColorScheme } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { Link } from '@tanstack/react-router';
import { Icon } from '../components/icon.tsx';
import { Mark } from './mark.tsx';
import { PlaceSign } from './place-sign.tsx';
import { useLogOut } from './use-log-out.ts';
import { placeGroupsFor, useIsWatch } from './watching.ts';

interface NavigationProps {
  readonly email: string;
  readonly isInDrawer?: boolean;
}

export function Navigation({ email, isInDrawer = false }: NavigationProps) {
  return (
    <nav className="navigation" data-drawer={isInDrawer || undefined} aria-label="Console">
      {!isInDrawer && (
        <div className="navigation-head">
          <Mark />
        </div>
      )}
      <button type="button" className="navigation-find" onClick={spotlight.open}>
        <Icon name="search" />
        Go to
        <kbd>{isApple() ? '⌘ K' : 'Ctrl K'}</kbd>
      </button>
      {placeGroupsFor(useIsWatch()).map((group) => (
        <div key={group.title} className="navigation-group">
          {group.title && <p className="navigation-title">{group.title}</p>}
          <ul>
            {group.places.map((place) => (
              <li key={place.to}>
                <Link to={place.to} className="navigation-link" activeOptions={{ exact: place.to === '/' }}>
                  <Icon name={place.icon} />
                  {place.label}
                  <PlaceSign to={place.to} />
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <div className="navigation-foot">
        <WhoMenu email={email} />
      </div>
    </nav>
  );
}

const schemes = [
  { scheme: 'light', label: 'Light', icon: 'sun' },
  { scheme: 'dark', label: 'Dark', icon: 'moon' },
  { scheme: 'auto', label: 'As the system', icon: 'half' },
] as const;

function WhoMenu({ email }: { readonly email: string }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const logOut = useLogOut();
  return (
    <Menu position="top-start" width={216} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" className="navigation-who">
          <Icon name="user" />
          <span>{email}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Colours</Menu.Label>
        {schemes.map(({ scheme, label, icon }) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon name={icon} />}
            rightSection={colorScheme === scheme ? <Icon name="check" /> : null}
            onClick={() => setColorScheme(scheme)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="user" />} component="a" href="/accounts/">
          Your account
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="leave" />} onClick={logOut}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function isApple(): boolean {
  return /mac|iphone|ipad/i.test(navigator.userAgent);
}
