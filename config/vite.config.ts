// Builds the operator console and the hosted end-user pages: two pages, one folder of hashed assets.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('../src/main/console', import.meta.url));
const outDir = fileURLToPath(new URL('../dist/console', import.meta.url));
const server = process.env.AQUIFER_BASE_URL ?? 'http://localhost:8080';

export default defineConfig({
  root,
  base: '/console/',
  plugins: [react()],
  build: {
    outDir,
    emptyOutDir: true,
    assetsDir: 'assets',
    // An inlined asset would be a data: address, which the content security policy has no reason to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    // What the first operator waits for is the console's core, which is one file on purpose.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: { console: `${root}/index.html`, hosted: `${root}/hosted.html` },
    },
  },
  server: { proxy: { '/v1': { target: server, changeOrigin: true } } },
});
