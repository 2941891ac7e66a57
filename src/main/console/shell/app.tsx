// Everything the screens stand in: look, cache, messages, routes.
import './mantine-styles.ts';
import '../theme.css';
import './overlays.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { resolveCssVariables, theme } from '../theme.ts';
import { ProofKeeper } from './proof-keeper.tsx';
import { queryClient } from './query-client.ts';
import { router } from './router.tsx';

export function App({ nonce }: { readonly nonce: string }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveCssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <ProofKeeper>
          <RouterProvider router={router} />
        </ProofKeeper>
        <Notifications position="bottom-right" limit={3} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
