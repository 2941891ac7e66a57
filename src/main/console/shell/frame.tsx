// The frame around every screen of an operator: navigation, palette, keys.
import { Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { IconButton } from '../components/button.tsx';
import { KeyboardHelp } from './keyboard-help.tsx';
import { Mark } from './mark.tsx';
import { Navigation } from './navigation.tsx';
import { OperatorsOnly } from './operators-only.tsx';
import { Palette } from './palette.tsx';
import './frame.css';

export function Frame() {
  return <OperatorsOnly>{(operator) => <OperatorFrame email={operator.email} />}</OperatorsOnly>;
}

function OperatorFrame({ email }: { readonly email: string }) {
  const [isMenuOpen, menu] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => menu.close(), [path]);

  return (
    <div className="frame">
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <aside className="frame-side">
        <Navigation email={email} />
      </aside>
      <nav className="frame-bar" aria-label="Menu">
        <IconButton icon="menu" label="Open the menu" onClick={menu.open} aria-expanded={isMenuOpen} />
        <Mark />
      </nav>
      <Drawer
        opened={isMenuOpen}
        onClose={menu.close}
        size={280}
        title={<Mark />}
        classNames={{ body: 'frame-drawer' }}
        closeButtonProps={{ 'aria-label': 'Close the menu', size: 44, iconSize: 20 }}
      >
        <Navigation email={email} isInDrawer />
      </Drawer>
      <main id="content" className="frame-content" tabIndex={-1}>
        <Outlet />
      </main>
      <Palette />
      <KeyboardHelp />
    </div>
  );
}
