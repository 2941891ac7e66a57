// The hosted pages' entry. Nothing of the console's screens is reachable from here, and none of it is loaded.
import '../theme.css';
import './hosted.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { HostedApp } from './hosted-app.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element with the id "root".');

createRoot(root).render(
  <StrictMode>
    <HostedApp />
  </StrictMode>,
);
