// The frame around every screen of an operator: navigation, palette, keys; and the door.
import { Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { IconButton } from '../components/button.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { LinesSkeleton } from '../components/skeleton.tsx';
import { Door } from './door.tsx';
import { KeyboardHelp } from './keyboard-help.tsx';
import { Mark } from './mark.tsx';
import { Navigation } from './navigation.tsx';
import { NotAnOperator } from './not-an-operator.tsx';
import { operatorQuery } from './operator.ts';
import { Palette } from './palette.tsx';
import './frame.css';

export function Frame() {
  const operator = useQuery(operatorQuery());

  if (operator.data === undefined) {
    return operator.isError ? (
      <Door title="Aquifer">
        <ProblemNotice error={operator.error} onRetry={() => void operator.refetch()} />
      </Door>
    ) : (
      <div className="frame-waiting">
        <LinesSkeleton />
      </div>
    );
  }
  if (operator.data === null) return <ToLogIn />;
  if (operator.data.user.role !== 'operator') return <NotAnOperator user={operator.data.user} />;
  return <OperatorFrame email={operator.data.user.email} />;
}

/** Goes to the log-in once, remembering where one wanted to be. */
function ToLogIn() {
  const router = useRouter();
  useEffect(() => {
    const { href } = router.state.location;
    void router.navigate({ to: '/log-in', search: href === '/' ? {} : { next: href }, replace: true });
  }, [router]);
  return null;
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
