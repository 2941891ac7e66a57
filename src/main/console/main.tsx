// The console's entry: hands the page to React.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { readCspNonce } from './csp-nonce.ts';
import { App } from './shell/app.tsx';
import { applyChosenColorScheme } from './shell/color-scheme.ts';

applyChosenColorScheme();

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element with the id "root".');

createRoot(root).render(
  <StrictMode>
    <App nonce={readCspNonce()} />
  </StrictMode>,
);
